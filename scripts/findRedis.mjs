// Finds a redis-server that starts: the one named by REDIS_SERVER, else the one on the PATH.

import { spawnSync } from 'node:child_process'

/** @returns {string | undefined} the path or name of a redis-server that answers to --version */
export function findRedis() {
  const named = process.env['REDIS_SERVER']
  for (const candidate of named ? [named] : ['redis-server', '/usr/bin/redis-server', '/usr/local/bin/redis-server', '/opt/homebrew/bin/redis-server']) {
    const { status } = spawnSync(candidate, ['--version'], { stdio: 'ignore', timeout: 10_000 })
    if (status === 0) return candidate
  }
  return undefined
}

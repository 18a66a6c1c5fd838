// Finds a redis-server that starts: the one named by REDIS_SERVER, otherwise the one on the PATH.

import { spawnSync } from 'node:child_process'

/** @returns {string | undefined} the path or name of a redis-server that answers to --version */
export function findRedis() {
  const candidate = process.env['REDIS_SERVER'] || 'redis-server'
  return spawnSync(candidate, ['--version'], { stdio: 'ignore', timeout: 60_000 }).status === 0 ? candidate : undefined
}

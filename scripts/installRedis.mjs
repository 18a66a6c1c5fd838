// Installs a redis-server for the tests without a prompt: Debian's package as root. Debian may start it as a service, but the tests
// start their own servers.

import { aptInstall } from './aptInstall.mjs'

/** Advice in one line, printed if no redis-server is found and the installation fails. */
export const redisAdvice =
  'Install redis-server 6 or later (Debian: apt-get install redis-server; macOS: brew install redis) or set REDIS_SERVER to its path.'

/** Tries to install it, and prints the commands. Use findRedis to check the result. */
export function installRedis() {
  aptInstall('redis-server')
}

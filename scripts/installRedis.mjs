// Installs a redis-server for the tests where that needs no question: Debian's package as root. Debian may start it as a service;
// the tests do not use that one, but start their own.

import { aptInstall } from './aptInstall.mjs'

/** One line for a person whose machine has none and could not get one. */
export const redisAdvice =
  'Install redis-server 6 or later (Debian: apt-get install redis-server; macOS: brew install redis) or set REDIS_SERVER to its path.'

/** Tries to install it, and says what it runs. Whether it worked is for findRedis to see. */
export function installRedis() {
  aptInstall('redis-server')
}

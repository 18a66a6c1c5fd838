// The programs that tests need beside Node. `npm test` installs each one where that is possible without a prompt.

import { findChromium } from './findChromium.mjs'
import { findFirefox } from './findFirefox.mjs'
import { findRedis } from './findRedis.mjs'
import { findWebKit } from './findWebKit.mjs'
import { chromiumAdvice, installChromium } from './installChromium.mjs'
import { firefoxAdvice, installFirefox } from './installFirefox.mjs'
import { installRedis, redisAdvice } from './installRedis.mjs'
import { installWebKit, webKitAdvice } from './installWebKit.mjs'
import { serverTools } from './serverTools.mjs'

/**
 * @typedef {object} TestTool
 * @property {string} name
 * @property {string} tests the tests that are left out without it
 * @property {string[]} variables the environment variables that name it
 * @property {() => unknown} find returns undefined if it is missing
 * @property {() => void} install
 * @property {string} advice
 */

/** @type {TestTool[]} */
export const testTools = [
  {
    name: 'Chromium',
    tests: 'the tests in Chromium and the end-to-end tests',
    variables: ['CHROMIUM', 'CHROME'],
    find: findChromium,
    install: installChromium,
    advice: chromiumAdvice,
  },
  {
    name: 'Firefox',
    tests: 'the tests in Firefox',
    variables: ['FIREFOX'],
    find: findFirefox,
    install: installFirefox,
    advice: firefoxAdvice,
  },
  {
    name: 'WebKitGTK',
    tests: 'the tests in WebKitGTK',
    variables: ['WEBKIT_DRIVER', 'MINI_BROWSER'],
    find: findWebKit,
    install: installWebKit,
    advice: webKitAdvice,
  },
  {
    name: 'redis-server',
    tests: 'the tests of the store in Redis',
    variables: ['REDIS_SERVER'],
    find: findRedis,
    install: installRedis,
    advice: redisAdvice,
  },
  ...serverTools,
]

/**
 * Finds a tool, or installs it unless the environment names one.
 * @param {TestTool} tool
 * @returns {boolean} whether it is there
 */
export function ensureTool({ name, tests, variables, find, install }) {
  if (find()) return true
  const named = variables.filter((variable) => process.env[variable])
  if (named.length > 0) {
    console.log(`${name}, named by ${named.join(' and ')}, does not start.`)
    return false
  }
  console.log(`No ${name} found, which is needed by ${tests}.`)
  install()
  return Boolean(find())
}

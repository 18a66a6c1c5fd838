// A Chromium for whoever cannot do without one: found, or installed where that needs no question.

import { findChromium } from './findChromium.mjs'
import { chromiumAdvice, installChromium } from './installChromium.mjs'

/**
 * @returns {string} its path, also for the processes that are started from here
 * @throws Error where there is none and none can be had
 */
export function ensureChromium() {
  let path = findChromium()
  if (!path && !process.env['CHROMIUM'] && !process.env['CHROME']) {
    console.log('No Chromium found, and one is needed.')
    installChromium()
    path = findChromium()
  }
  if (!path) throw new Error(`No Chromium. ${chromiumAdvice}`)
  process.env['CHROMIUM'] = path
  return path
}

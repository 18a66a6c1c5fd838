// Finds a Chromium, or installs one if that is possible without a prompt.

import { findChromium } from './findChromium.mjs'
import { chromiumAdvice, installChromium } from './installChromium.mjs'

/**
 * @returns {string} its path, which is also set as CHROMIUM for child processes
 * @throws Error if there is no Chromium and none can be installed
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

// Finds a Chromium that starts: one named by the environment, installed on the machine, or downloaded by Playwright. It installs
// nothing; see installChromium.

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chromium } from 'playwright'

const usual = [
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

/**
 * Returns the path of a Chromium that answers `--version`, or undefined. If `CHROMIUM` or `CHROME` is set but does not start, the result
 * is undefined, and no other Chromium is used instead.
 * @returns {string | undefined}
 */
export function findChromium() {
  const named = process.env['CHROMIUM'] || process.env['CHROME']
  if (named) return starts(named) ? named : undefined
  return [...usual, chromium.executablePath()].find(starts)
}

/**
 * A path may exist and yet not start, for example a launcher script without its program, or with a missing library.
 * @param {string} path
 * @returns {boolean}
 */
function starts(path) {
  if (!existsSync(path)) return false
  // On Windows `--version` opens a window instead of printing.
  if (process.platform === 'win32') return true
  return spawnSync(path, ['--version'], { stdio: 'ignore', timeout: 60_000 }).status === 0
}

// Installs a Chromium for the tests where that needs no question: Debian's package as root, else Playwright's download.

import { aptInstall, run } from './aptInstall.mjs'

/** One line for a person whose machine has none and could not get one. */
export const chromiumAdvice =
  'Install Chromium (Debian: apt-get install chromium; elsewhere: npx playwright install chromium) or set CHROMIUM to its path.'

/** Tries to install it, and says what it runs. Whether it worked is for findChromium to see. */
export function installChromium() {
  if (aptInstall('chromium')) return
  const root = process.getuid?.() === 0
  run('npx', ['playwright', 'install', ...(root ? ['--with-deps'] : []), 'chromium'])
}

// Installs a Chromium for the tests without a prompt: Debian's package as root, otherwise Playwright's download.

import { aptInstall, run } from './aptInstall.mjs'

/** Advice in one line, printed if no Chromium is found and the installation fails. */
export const chromiumAdvice =
  'Install Chromium (Debian: apt-get install chromium; elsewhere: npx playwright install chromium) or set CHROMIUM to its path.'

/** Tries to install it, and prints the commands. Use findChromium to check the result. */
export function installChromium() {
  if (aptInstall('chromium')) return
  const root = process.getuid?.() === 0
  run('npx', ['playwright', 'install', ...(root ? ['--with-deps'] : []), 'chromium'])
}

// Installs Firefox for the tests without a prompt: Debian's package of the ESR as root.

import { aptInstall } from './aptInstall.mjs'

/** Advice in one line, printed if no Firefox is found and the installation fails. */
export const firefoxAdvice =
  'Install Firefox (Debian: apt-get install firefox-esr; elsewhere: https://www.mozilla.org/firefox) or set FIREFOX to its path.'

/** Tries to install it, and prints the commands. Use findFirefox to check the result. */
export function installFirefox() {
  aptInstall('firefox-esr')
}

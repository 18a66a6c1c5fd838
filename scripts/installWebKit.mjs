// Installs WebKitGTK, the engine of Safari, for the tests without a prompt: Debian's packages as root.

import { aptInstall } from './aptInstall.mjs'

/** Advice in one line, printed if a part of it is not found and the installation fails. */
export const webKitAdvice =
  'Install WebKitWebDriver, the MiniBrowser of WebKitGTK and Xvfb (Debian: apt-get install webkit2gtk-driver xvfb), or set WEBKIT_DRIVER and MINI_BROWSER to their paths.'

/** Tries to install it, and prints the commands. Use findWebKit to check the result. */
export function installWebKit() {
  aptInstall('webkit2gtk-driver', 'xvfb')
}

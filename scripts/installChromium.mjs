// Installs a Chromium for the tests where that needs no question: Debian's package as root, else Playwright's download.

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const tenMinutes = 600_000

/** One line for a person whose machine has none and could not get one. */
export const chromiumAdvice =
  'Install Chromium (Debian: apt-get install chromium; elsewhere: npx playwright install chromium) or set CHROMIUM to its path.'

/** Tries to install it, and says what it runs. Whether it worked is for findChromium to see. */
export function installChromium() {
  const root = process.getuid?.() === 0
  if (root && isDebian()) {
    // A list that cannot be fetched in full may still name the package.
    run('apt-get', ['update', '-qq'])
    if (run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'])) return
  }
  run('npx', ['playwright', 'install', ...(root ? ['--with-deps'] : []), 'chromium'])
}

/**
 * @param {string} command
 * @param {string[]} args
 * @returns {boolean} whether it ended well
 */
function run(command, args) {
  console.log(`$ ${command} ${args.join(' ')}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const stdio = /** @type {const} */ (['ignore', 'inherit', 'inherit'])
  return spawnSync(command, args, { env, stdio: [...stdio], timeout: tenMinutes }).status === 0
}

/** Ubuntu's `chromium` package is a pointer to a snap, so Debian alone counts. */
function isDebian() {
  try {
    return /^ID="?debian"?$/m.test(readFileSync('/etc/os-release', 'utf8'))
  } catch {
    return false
  }
}

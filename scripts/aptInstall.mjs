// Installs packages of Debian for the tests, where that needs no question: as root.

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const tenMinutes = 600_000

/**
 * @param {string} name
 * @returns {boolean} whether it was tried and went well
 */
export function aptInstall(name) {
  if (process.getuid?.() !== 0 || !isDebian()) return false
  // A list that cannot be fetched in full may still name the package.
  run('apt-get', ['update', '-qq'])
  return run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name])
}

/**
 * Says what it runs, and runs it.
 * @param {string} command
 * @param {string[]} args
 * @returns {boolean} whether it ended well
 */
export function run(command, args) {
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

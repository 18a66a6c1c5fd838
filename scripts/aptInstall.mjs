// Installs Debian packages for the tests, without a prompt. This is possible only as root.

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const tenMinutes = 600_000

/**
 * @param {string[]} names
 * @returns {boolean} whether the packages were installed
 */
export function aptInstall(...names) {
  if (process.getuid?.() !== 0 || !isDebian()) return false
  // The result is ignored: a partly updated package list may still contain the package.
  run('apt-get', ['update', '-qq'])
  return run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names])
}

/**
 * Prints a command and runs it.
 * @param {string} command
 * @param {string[]} args
 * @returns {boolean} whether its exit code was 0
 */
export function run(command, args) {
  console.log(`$ ${command} ${args.join(' ')}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const stdio = /** @type {const} */ (['ignore', 'inherit', 'inherit'])
  return spawnSync(command, args, { env, stdio: [...stdio], timeout: tenMinutes }).status === 0
}

/** Only Debian is supported: Ubuntu's `chromium` package installs a snap. */
function isDebian() {
  try {
    return /^ID="?debian"?$/m.test(readFileSync('/etc/os-release', 'utf8'))
  } catch {
    return false
  }
}

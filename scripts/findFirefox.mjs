// Finds a Firefox that starts: the one named by FIREFOX, otherwise one installed on the machine. It installs nothing; see installFirefox.

import { spawnSync } from 'node:child_process'

const usual = [
  '/usr/bin/firefox-esr',
  '/usr/bin/firefox',
  '/Applications/Firefox.app/Contents/MacOS/firefox',
  'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
]

/** @returns {string | undefined} the path of a Firefox that answers `--version` */
export function findFirefox() {
  const named = process.env['FIREFOX']
  return (named ? [named] : usual).find(
    (path) => spawnSync(path, ['--version'], { stdio: 'ignore', timeout: 60_000 }).status === 0,
  )
}

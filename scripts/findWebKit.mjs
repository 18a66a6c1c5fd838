// Finds the three programs that run WebKitGTK without a screen. It installs nothing; see installWebKit.

import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/**
 * @typedef {object} WebKitPaths
 * @property {string} driver WebKitWebDriver, from WEBKIT_DRIVER or the PATH
 * @property {string} miniBrowser WebKitGTK's browser, from MINI_BROWSER or where Debian, Fedora and Arch install it
 * @property {string} xvfb the X server without a screen, from the PATH
 */

/** @returns {WebKitPaths | undefined} undefined if one of them is missing */
export function findWebKit() {
  const driver = process.env['WEBKIT_DRIVER'] || 'WebKitWebDriver'
  const miniBrowser = process.env['MINI_BROWSER'] || findMiniBrowser()
  const xvfb = 'Xvfb'
  const complete =
    miniBrowser && existsSync(miniBrowser) && run(driver, '--help').status === 0 && run(xvfb, '-help').status === 0
  return complete ? { driver, miniBrowser, xvfb } : undefined
}

/**
 * @param {string} command
 * @param {string} argument
 */
function run(command, argument) {
  return spawnSync(command, [argument], { stdio: 'ignore', timeout: 60_000 })
}

/** It is in `<lib>/webkit2gtk-4.1/`, or `webkitgtk-6.0` with GTK 4. Debian has a folder for each architecture. */
function findMiniBrowser() {
  const folders = ['/usr/lib', '/usr/lib64', '/usr/libexec'].flatMap((folder) => [folder, ...multiarch(folder)])
  return folders
    .flatMap((folder) =>
      list(folder)
        .filter((name) => /^webkit2?gtk-/.test(name))
        .map((name) => join(folder, name)),
    )
    .map((folder) => join(folder, 'MiniBrowser'))
    .find((path) => existsSync(path))
}

/** @param {string} folder */
function multiarch(folder) {
  return list(folder)
    .filter((name) => name.includes('-linux-gnu'))
    .map((name) => join(folder, name))
}

/** @param {string} folder */
function list(folder) {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

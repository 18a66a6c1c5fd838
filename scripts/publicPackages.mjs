// Lists the published packages: those in packages/* that are not private.

import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/**
 * @typedef {object} PublicPackage
 * @property {string} name
 * @property {string} folder relative to the root of the repository
 */

/** @returns {PublicPackage[]} */
export function publicPackages() {
  const root = join(import.meta.dirname, '..')
  return readdirSync(join(root, 'packages'))
    .map((name) => `packages/${name}`)
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .map((folder) => ({ folder, manifest: JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) }))
    .filter(({ manifest }) => !manifest.private)
    .map(({ folder, manifest }) => ({ name: manifest.name, folder }))
}

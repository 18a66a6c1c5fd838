import { readFileSync } from 'node:fs'
import { minVersion, satisfies } from 'semver'
import { expect, test } from 'vitest'

interface Package {
  engines?: { node?: string }
  optional?: boolean
}

const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'))

test('every package that npm ci installs supports the oldest Node that package.json names', () => {
  const { engines } = read('../package.json') as Package
  const { packages } = read('../package-lock.json') as { packages: Record<string, Package> }
  const oldest = minVersion(engines!.node!)!
  const refused = Object.entries(packages)
    .filter(([, { engines: { node = '*' } = {}, optional }]) => !optional && !satisfies(oldest, node))
    .map(([path, { engines: { node } = {} }]) => `${path} requires ${node}`)
  expect(refused).toEqual([])
})

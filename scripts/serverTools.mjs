// Finds and installs the programs that tests of the server's operations need: promtool, nginx and HAProxy. Caddy is
// used where it is installed already.

import { spawnSync } from 'node:child_process'
import { aptInstall } from './aptInstall.mjs'

/**
 * @param {string | undefined} named the path that the environment gives
 * @param {string} name
 * @param {string} version the argument that prints the version
 * @returns {string | undefined} the path or name of a program that starts
 */
const find = (named, name, version) => {
  // Debian's path of users other than root has no /usr/sbin.
  const candidates = named ? [named] : [name, `/usr/sbin/${name}`]
  return candidates.find((each) => spawnSync(each, [version], { stdio: 'ignore', timeout: 60_000 }).status === 0)
}

export const findPromtool = () => find(process.env['PROMTOOL'], 'promtool', '--version')
export const findNginx = () => find(process.env['NGINX'], 'nginx', '-v')
export const findHaproxy = () => find(process.env['HAPROXY'], 'haproxy', '-v')
export const findCaddy = () => find(process.env['CADDY'], 'caddy', 'version')

/** @type {import('./testTools.mjs').TestTool[]} */
export const serverTools = [
  { name: 'promtool', package: 'prometheus', tests: 'the test of the metrics', find: findPromtool },
  { name: 'nginx', package: 'nginx', tests: 'the tests behind nginx', find: findNginx },
  { name: 'haproxy', package: 'haproxy', tests: 'the tests behind HAProxy', find: findHaproxy },
].map((tool) => ({
  ...tool,
  variables: [tool.name.toUpperCase()],
  install: () => void aptInstall(tool.package),
  advice: `Install ${tool.name} (Debian: apt-get install ${tool.package}) or set ${tool.name.toUpperCase()} to its path.`,
}))

// Finds and installs the servers that tests need, and promtool. Caddy is used where it is installed already.

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
export const findNatsServer = () => find(process.env['NATS_SERVER'], 'nats-server', '--version')
export const findCaddy = () => find(process.env['CADDY'], 'caddy', 'version')

/** @type {import('./testTools.mjs').TestTool[]} */
export const serverTools = [
  { name: 'promtool', package: 'prometheus', tests: 'the test of the metrics', find: findPromtool },
  { name: 'nginx', package: 'nginx', tests: 'the tests behind nginx', find: findNginx },
  { name: 'haproxy', package: 'haproxy', tests: 'the tests behind HAProxy', find: findHaproxy },
  { name: 'nats-server', package: 'nats-server', tests: 'the tests of nats.ws', find: findNatsServer },
].map((tool) => {
  const variable = tool.name.toUpperCase().replace('-', '_')
  return {
    ...tool,
    variables: [variable],
    install: () => void aptInstall(tool.package),
    advice: `Install ${tool.name} (Debian: apt-get install ${tool.package}) or set ${variable} to its path.`,
  }
})

// `npm run bench`: compares this client with its peers and the bare WebSocket, with the same work in the same run. See README.md.

import { join } from 'node:path'
import { ensureChromium } from '../scripts/ensureChromium.mjs'
import { launchChromium } from './cdp.mjs'
import { startChild } from './child.mjs'
import { describeMachine, machineLine } from './machine.mjs'
import { readOptions } from './readOptions.mjs'
import { writeReadme } from './readme.mjs'
import { writeResult } from './results.mjs'
import { excesses } from './suites/suite.mjs'

const options = readOptions()
if (options) await run(options)

/** @param {import('./readOptions.mjs').Options} options */
async function run({ suites, complete, ...rest }) {
  const server = startChild(join(import.meta.dirname, 'server.mjs'))
  const browser = createBrowser()
  /** @type {string[]} */
  const failures = []
  try {
    const origin = `ws://127.0.0.1:${await server.receive(10_000)}`
    for (const suite of suites) {
      const machine = describeMachine(undefined)
      console.log(`\n# ${suite.title}\n\n${machineLine(machine)}\n`)
      const start = performance.now()
      const rows = await suite.run({ origin, chromium: browser.get, log: console.log, ...rest })
      const seconds = (performance.now() - start) / 1000
      const over = excesses(suite, rows)
      failures.push(...over)
      console.log(
        `\n${suite.table(rows)}\n\n${suite.title} took ${Math.round(seconds)} s; counts above their bounds: ${over.length}`,
      )
      if (!complete) continue
      const versions = { ...machine.versions, ...(await browser.version()) }
      writeResult(suite.name, { machine: { ...machine, versions }, seconds, rows })
    }
    if (complete) writeReadme()
  } catch (error) {
    console.error(error)
    failures.push('the run was not completed')
  } finally {
    await Promise.all([server.end(), browser.close()])
  }
  for (const failure of failures) console.log(`FAILED: ${failure}`)
  process.exitCode = failures.length > 0 ? 1 : 0
}

/** One Chromium for all suites, launched when the first suite needs it. */
function createBrowser() {
  /** @type {Promise<import('./cdp.mjs').Cdp> | undefined} */
  let launched
  return {
    get: () => (launched ??= launchChromium(ensureChromium())),
    version: async () => {
      if (!launched) return {}
      const { product } = await (await launched).send('Browser.getVersion')
      return { Chromium: product.replace(/^\D+/, '') }
    },
    close: async () => (await launched?.catch(() => undefined))?.close(),
  }
}

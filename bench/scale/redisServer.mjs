// A redis-server for a trial, and the counts that it keeps itself.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { createClient } from 'redis'

/** @param {string} binary */
export async function startRedisServer(binary) {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = /** @type {import('node:net').AddressInfo} */ (probe.address())
  probe.close()
  await once(probe, 'close')
  const child = spawn(binary, ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], {
    stdio: 'ignore',
  })
  const url = `redis://127.0.0.1:${port}`
  // Dials again until the server listens.
  const client = createClient({ url })
  client.on('error', () => {})
  await client.connect()
  const numbers = async (/** @type {string} */ section, /** @type {RegExp} */ pattern) =>
    [...(await client.info(section)).matchAll(pattern)].reduce((sum, [, value]) => sum + Number(value), 0)
  return {
    url,
    /** Commands inside scripts included. */
    counts: async () => ({
      commands: await numbers('commandstats', /^cmdstat_(?!info)[^:]*:calls=(\d+)/gm),
      cpu: 1e6 * (await numbers('cpu', /^used_cpu_(?:sys|user):([\d.]+)/gm)),
    }),
    end: async () => {
      client.destroy()
      const exit = once(child, 'exit')
      child.kill()
      await exit
    },
  }
}

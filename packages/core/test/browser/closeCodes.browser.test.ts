/** The close codes that the engine reports to a page, and those that it accepts from one. */

import { expect, inject, onTestFinished, test } from 'vitest'
import { type CloseInfo, createWebSocket } from '../../src/index.ts'
import { createEndpoint, engine } from './support/page.ts'

const echo = inject('echoUrl')

/** WebKitGTK treats these codes, which IANA has registered after RFC 6455, as a protocol error: 1006 without a reason. */
const isUnknown = (code: number): boolean => engine === 'webkit' && code >= 1012 && code <= 1014

const closeOf = (path: string): Promise<CloseInfo> => {
  const client = createWebSocket(echo + path, { reconnect: { minDelay: 3_600_000 } })
  onTestFinished(() => client.dispose())
  return new Promise((resolve) => client.on('close', resolve))
}

test.each([
  [1000, true],
  [1001, false],
  [1008, true],
  [1011, false],
  [1012, false],
  [1013, false],
  [1014, false],
  [3000, false],
  [3999, true],
  [4000, false],
  [4999, true],
])('reports code %i from the server, final: %s', async (code, final) => {
  const close = await closeOf(`/close?code=${code}&reason=${encodeURIComponent('until 12 → 13 o’clock')}`)
  expect(close).toMatchObject(
    isUnknown(code)
      ? { code: 1006, reason: '', wasClean: false, final: false, cause: 'network' }
      : { code, reason: 'until 12 → 13 o’clock', wasClean: true, final, cause: 'server' },
  )
})

test('reports 1006 for a connection that was cut, and for a handshake that was refused', async () => {
  expect(await closeOf('/refuse')).toMatchObject({ code: 1006, reason: '', wasClean: false, final: false })
  const { url, command } = createEndpoint()
  const client = createWebSocket(url)
  onTestFinished(() => client.dispose())
  await new Promise((resolve) => client.on('open', resolve))
  const close = new Promise((resolve) => client.on('close', resolve))
  await command({ do: 'cut' })
  expect(await close).toMatchObject({ code: 1006, reason: '', wasClean: false, final: false })
})

test.each([1000, 3000, 4999])('closes with code %i, which the server receives', async (code) => {
  const { url, read } = createEndpoint()
  const client = createWebSocket(url)
  onTestFinished(() => client.dispose())
  await new Promise((resolve) => client.on('open', resolve))
  client.close(code, 'done')
  await expect.poll(async () => (await read()).closes).toEqual([code])
})

test.each([1001, 1006, 2999, 5000])('refuses to close with code %i, as the engine would', (code) => {
  const client = createWebSocket(echo)
  onTestFinished(() => client.dispose())
  expect(() => client.close(code)).toThrow(/code/)
})

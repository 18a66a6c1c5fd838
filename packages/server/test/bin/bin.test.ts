/** `holdfast-server`: options, chat and faults. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { type Bin, bundleBin } from './bundleBin.ts'

let bin: Bin
beforeAll(async () => {
  bin = await bundleBin()
}, 300_000)
afterAll(() => bin.remove())

const sockets: WebSocket[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate()
  await bin.stop()
})

async function dial(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url)
  sockets.push(socket)
  socket.on('error', () => undefined)
  await once(socket, 'open')
  return socket
}

const next = async (socket: WebSocket): Promise<unknown> =>
  JSON.parse(String(((await once(socket, 'message')) as [Buffer])[0])) as unknown

test('--help prints the options and commands and exits', async () => {
  const program = bin.run('--help')
  expect(await program.exit).toBe(0)
  expect(program.lines.join('\n')).toMatch(/--port PORT[^]*--redis URL[^]*--faults[^]*swallow toClient\|toServer/)
})

describe('wrong options', () => {
  test.each([
    [['--port', 'x'], /--port: expected 0 to 65535, got x/],
    [['--nonsense'], /Unknown option '--nonsense'/],
  ])('%j: the program prints the reason and exits with code 1', async (args, reason) => {
    const program = bin.run(...args)
    expect(await program.exit).toBe(1)
    expect(program.lines.join('\n')).toMatch(reason)
  })
})

test('holdfast-server echoes to a plain client, prints connections, and exits on SIGTERM', async () => {
  const program = bin.run('--port', '0')
  const socket = await dial(await program.url())
  socket.send('{"hello":1}')
  expect(await next(socket)).toEqual({ hello: 1 })
  await program.printed(/^\+ .* plain/)
  program.type('stats')
  await program.printed(/^\{.*"connections":1/)
  program.type('nonsense')
  await program.printed(/^stats  /)
  program.child.kill('SIGTERM')
  await once(socket, 'close')
  expect(await program.exit).toBe(0)
})

test('holdfast-server exits on SIGTERM with a keep-alive connection, an unfinished request and an open standard input', async () => {
  const program = bin.run('--port', '0')
  const url = await program.url()
  const socket = await dial(url)
  const { port } = new URL(url)
  const [idle, unfinished] = [connect(Number(port), '127.0.0.1'), connect(Number(port), '127.0.0.1')]
  for (const each of [idle, unfinished]) each.on('error', () => undefined)
  unfinished.write('GET /healthz HTTP/1.1\r\nHost: ')
  idle.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n')
  expect(String((await once(idle, 'data'))[0])).toMatch(/^HTTP\/1.1 200/)
  const closed = Promise.all([idle, unfinished, socket].map((each) => once(each, 'close')))
  program.child.kill('SIGTERM')
  await closed
  expect(await program.exit).toBe(0)
})

test('holdfast-server sends the chat to plain clients', async () => {
  const program = bin.run('--port', '0')
  const socket = await dial(await program.url())
  await program.printed(/^\+ /)
  socket.send('"joined"')
  await next(socket)
  program.type('say hello all')
  expect(await next(socket)).toEqual('hello all')
  await program.printed(/^published as 1/)
})

test('holdfast-server makes faults on command', async () => {
  const program = bin.run('--port', '0', '--faults')
  const url = await program.url()
  const socket = await dial(url)
  program.type('cut')
  expect((await once(socket, 'close'))[0]).toBe(1006)
  program.type('refuse')
  await program.printed(/^refuse: done/)
  await expect(dial(url)).rejects.toThrow('ECONNREFUSED')
  program.type('heal')
  await program.printed(/^heal: done/)
  const reconnected = await dial(url)
  program.type('duplicate toClient')
  await program.printed(/^duplicate: done/)
  let received = 0
  const twice = new Promise<void>((resolve) => {
    reconnected.on('message', () => {
      if (++received === 2) resolve()
    })
  })
  reconnected.send('1')
  await twice
})

test('holdfast-server refuses faults without --faults', async () => {
  const program = bin.run('--port', '0')
  await program.url()
  program.type('cut')
  await program.printed(/^Faults need --faults/)
})

/**
 * The memory that an attacker can hold in a hub with default limits, beside the bytes that it has sent. `ATTACK=20` sends 20 times as
 * much, by 20 times as many connections.
 */

import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { build } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPlain, openSession } from './attacker.ts'
import { type Attack, FIXED, attacks } from './attacks.ts'
import type { Memory } from './hubProcess.ts'

const SCALE = Number(process.env['ATTACK'] ?? 1)
const CONNECTIONS = 4 * SCALE
/** What V8 and Node need for themselves meanwhile, such as compiled code, in bytes. */
const NOISE = 512 * 1024
/** How often in a row the process answers that it has received nothing. It reads its sockets between two answers. */
const PATIENCE = 50
/** What one connection sends, in bytes. */
const AMOUNT = 1.5 * 1024 * 1024

let folder: string
let child: ChildProcessByStdio<Writable, Readable, null>
let port: number
let lines: NodeJS.AsyncIterator<string>

const readLine = async (): Promise<string> => (await lines.next()).value as string

const look = async (command: 'look' | 'gc' | 'cut'): Promise<Memory> => {
  child.stdin.write(`${command}\n`)
  return JSON.parse(await readLine()) as Memory
}
/** Resolves when the condition holds, or when the process has received nothing for a while: it has stopped reading. */
const settle = async (isDone: (memory: Memory) => boolean): Promise<Memory> => {
  let last = -1
  for (let same = 0; ;) {
    const memory = await look('look')
    if (isDone(memory) || same === PATIENCE) return memory
    same = memory.received === last ? same + 1 : 0
    last = memory.received
  }
}
/** The memory after all work of the process has ended. */
const measure = async (): Promise<Memory> => {
  await look('gc')
  return await look('gc')
}
/** Also from the side of the hub, which notices the other side only when it reads again, up to 5 s later. */
const disconnect = async (sockets: readonly Socket[]): Promise<void> => {
  for (const socket of sockets) socket.destroy()
  await look('cut')
  while ((await look('look')).connections > 0);
}
const openAll = (open: (index: number) => Promise<Socket>, count: number): Promise<Socket[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => open(index)))

/** Sends until the amount is reached, or the hub stops reading. */
const send = async (socket: Socket, { pieces, most = Infinity, isSplit }: Attack): Promise<void> => {
  let sent = 0
  for (let count = 0; count < most && sent < AMOUNT; count++) {
    const piece = pieces(count)
    sent += piece.length
    socket.write(piece)
    // The process has received everything when it answers.
    if (isSplit) await look('look')
  }
}

/** What a connection costs that sends nothing but its handshake, with the request that it holds. */
let idleCost: number

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-attackers-'))
  await build({
    configFile: false,
    logLevel: 'silent',
    ssr: { noExternal: true },
    resolve: { conditions: ['source', 'node', 'import', 'module', 'default'] },
    build: {
      ssr: join(import.meta.dirname, 'hubProcess.ts'),
      outDir: folder,
      target: 'node20',
      rollupOptions: { output: { entryFileNames: 'hub.mjs' } },
    },
  })
  child = spawn(process.execPath, ['--expose-gc', join(folder, 'hub.mjs')], { stdio: ['pipe', 'pipe', 'inherit'] })
  lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  port = Number((await readLine()).split(' ')[1])
  // V8 compiles the code and grows its own tables first.
  await disconnect(await openAll(() => openPlain(port, '/idle'), 100))
  const before = await measure()
  const sockets = await openAll(() => openSession(port, '/idle'), 100)
  idleCost = ((await measure()).held - before.held) / sockets.length
  await disconnect(sockets)
})
afterAll(async () => {
  child?.kill()
  if (child && child.exitCode === null) await once(child, 'exit')
  await rm(folder, { recursive: true, force: true })
})

const run = async (
  attack: Attack,
): Promise<{ ratio: number; held: number; sent: number; each: number; open: number }> => {
  // More would only take longer.
  const connections = attack.isSplit ? SCALE : attack.isLarge ? CONNECTIONS / 4 : CONNECTIONS
  const before = await measure()
  const sockets = await openAll((index) => attack.open(port, index), connections)
  await Promise.all(sockets.map((socket) => send(socket, attack)))
  const sentBytes = sockets.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0)
  await settle(({ received }) => received - before.received >= sentBytes)
  const after = await measure()
  await disconnect(sockets)
  const all = after.held - before.held
  const sent = after.received - before.received
  const held = all - NOISE - connections * (idleCost + (attack.fixed ?? FIXED))
  return { ratio: held / sent, held, sent, each: all / connections, open: after.connections / connections }
}

test.each(attacks.map((attack) => [attack.name, attack] as const))(
  '%s: the hub holds at most four times the bytes that were sent, besides a fixed part for each connection',
  async (_, attack) => {
    const result = await run(attack)
    expect(result.sent).toBeGreaterThan(0)
    if (attack.isAccepted) expect(result.open).toBe(1)
    expect(result.ratio).toBeLessThanOrEqual(4)
  },
)

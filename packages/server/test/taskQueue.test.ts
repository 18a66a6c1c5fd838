/** The joins and leaves of a client: one after the other, and not too many. */

import { expect, test } from 'vitest'
import { TaskQueue } from '../src/peers/taskQueue.ts'
import { deferred } from './support/deferred.ts'
import { createTestNode, settle } from './support/testNode.ts'

test('tasks run one after the other, and no more wait than the limit', async () => {
  const queue = new TaskQueue(2)
  const running: string[] = []
  const gates = [deferred(), deferred(), deferred()]
  const add = (n: number): boolean =>
    queue.add(async () => {
      running.push(`begin ${n}`)
      await gates[n]!.promise
      running.push(`end ${n}`)
    })
  expect([add(0), add(1), add(2), add(0)]).toEqual([true, true, true, false])
  await settle()
  expect(running).toEqual(['begin 0'])
  for (const gate of gates) gate.resolve()
  await settle()
  expect(running).toEqual(['begin 0', 'end 0', 'begin 1', 'end 1', 'begin 2', 'end 2'])
  expect(add(0)).toBe(true)
})

test.each(['holdfast.v1.json', ''])(
  'too many joins at once close the connection, and each of them settles, protocol "%s"',
  async (protocol) => {
    const asked: string[] = []
    const gate = deferred()
    const { node, connect } = createTestNode({
      limits: { streams: 2 },
      authorize: async (_, stream) => {
        asked.push(stream)
        await gate.promise
        return true
      },
    })
    let joins: Promise<unknown> | undefined
    node.on('connection', (connection) => {
      joins = Promise.allSettled(Array.from({ length: 10 }, (_, n) => connection.join(`s${n}`)))
    })
    const socket = connect(undefined, protocol)
    if (protocol) socket.clientSends({ t: 'hello', v: 1 })
    await settle()
    expect(socket.closed).toMatchObject({ code: 4005 })
    gate.resolve()
    await joins
    expect(asked).toEqual(['s0'])
  },
)

test('a client that leaves a stream which it has not joined is not reported', async () => {
  const { node, openSession } = createTestNode()
  const left: string[] = []
  node.on('leave', (_, stream) => left.push(stream))
  const { socket } = await openSession({ sub: ['a'] })
  for (const stream of ['b', 'a', 'a']) socket.clientSends({ t: 'unsub', stream })
  await settle()
  expect(left).toEqual(['a'])
})

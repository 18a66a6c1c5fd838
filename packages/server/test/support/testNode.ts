/** Nodes on scripted sockets with a fake clock; when a test ends, all is closed and no timer may be left. */

import type { IncomingMessage } from 'node:http'
import { createFakeClock, type FakeClock } from '@holdfast/core/testing'
import { expect, onTestFinished } from 'vitest'
import { type HubNode, createNode } from '../../src/node.ts'
import type { NodeOptions } from '../../src/context/hubContext.ts'
import { type Frame, type ScriptedSocket, scriptedSocket } from './scriptedSocket.ts'

export interface Stage {
  readonly clock: FakeClock
  readonly node: HubNode
  /** What was told to `error`. */
  readonly errors: Error[]
  /** Another node, with the same clock. */
  another(options?: NodeOptions): HubNode
  /** A client that speaks the protocol has connected, and said nothing yet. */
  connect(node?: HubNode, protocol?: string): ScriptedSocket
  /** A client has said hello and is welcome. */
  enter(hello?: Frame, node?: HubNode): Promise<{ socket: ScriptedSocket; welcome: Frame }>
}

/** Lets everything that needs no time come to its end. */
export const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
}

export const request = { headers: {}, url: '/' } as IncomingMessage

export const stage = (options: NodeOptions = {}): Stage => {
  const clock = createFakeClock()
  const errors: Error[] = []
  const nodes: HubNode[] = []
  const sockets: ScriptedSocket[] = []
  const another = (given: NodeOptions = {}): HubNode => {
    const node = createNode({ clock, ...given })
    node.on('error', (error) => errors.push(error))
    nodes.push(node)
    return node
  }
  onTestFinished(async () => {
    const closing = Promise.all(nodes.map((node) => node.close()))
    for (const socket of sockets) socket.end(1006)
    await settle()
    await clock.run(5000)
    await closing
    expect(clock.pending).toBe(0)
  })
  const node = another(options)
  const connect = (to = node, protocol?: string): ScriptedSocket => {
    const socket = scriptedSocket(protocol)
    sockets.push(socket)
    to.accept(socket, request)
    return socket
  }
  return {
    clock,
    node,
    errors,
    another,
    connect,
    enter: async (hello = {}, to) => {
      const socket = connect(to)
      socket.say({ t: 'hello', v: 1, ...hello })
      await settle()
      const [welcome] = socket.of('welcome')
      if (!welcome) throw new Error(`not welcome: ${JSON.stringify([socket.frames, socket.closed])}`)
      return { socket, welcome }
    },
  }
}

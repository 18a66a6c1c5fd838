/** Nodes on scripted sockets with a fake clock. When the test ends, all nodes are closed and no timer may be left. */

import type { IncomingMessage } from 'node:http'
import { createFakeClock, type FakeClock } from '@holdfast/core/testing'
import { expect, onTestFinished } from 'vitest'
import type { NodeOptions } from '../../src/context/hubContext.ts'
import type { HubNode } from '../../src/hubNode.ts'
import { createNode } from '../../src/node.ts'
import { type Frame, type ScriptedSocket, scriptedSocket } from './scriptedSocket.ts'

export interface TestNode {
  readonly clock: FakeClock
  readonly node: HubNode
  /** The errors that the nodes emitted. */
  readonly errors: Error[]
  /** Adds a node with the same clock. */
  addNode(options?: NodeOptions): HubNode
  /** Connects a client that has sent nothing yet. @param protocol '' for a plain client */
  connect(node?: HubNode, protocol?: string): ScriptedSocket
  /** Connects a client, sends its `hello`, and resolves with the `welcome`. */
  openSession(hello?: Frame, node?: HubNode): Promise<{ socket: ScriptedSocket; welcome: Frame }>
}

/** Lets everything finish that needs no timer. */
export const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
}

export const request = { headers: {}, url: '/' } as IncomingMessage

export const createTestNode = (options: NodeOptions = {}): TestNode => {
  const clock = createFakeClock()
  const errors: Error[] = []
  const nodes: HubNode[] = []
  const sockets: ScriptedSocket[] = []
  const addNode = (nodeOptions: NodeOptions = {}): HubNode => {
    const added = createNode({ clock, ...nodeOptions })
    added.on('error', (error) => errors.push(error))
    nodes.push(added)
    return added
  }
  onTestFinished(async () => {
    const closing = Promise.all(nodes.map((each) => each.close()))
    for (const socket of sockets) socket.end(1006)
    await settle()
    await clock.run(5000)
    await closing
    expect(clock.pending).toBe(0)
  })
  const node = addNode(options)
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
    addNode,
    connect,
    openSession: async (hello = {}, to) => {
      const socket = connect(to)
      socket.clientSends({ t: 'hello', v: 1, ...hello })
      await settle()
      const [welcome] = socket.framesOf('welcome')
      if (!welcome) throw new Error(`no welcome: ${JSON.stringify([socket.frames, socket.closed])}`)
      return { socket, welcome }
    },
  }
}

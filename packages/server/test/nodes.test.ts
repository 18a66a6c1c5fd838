/** Detach requests between nodes of a Redis store. The test passes their messages on. */

import { expect, onTestFinished, test } from 'vitest'
import type { Commands, Subscriptions } from '../src/store/redis/connections/connections.ts'
import { createChannels, createKeys } from '../src/store/redis/keys.ts'
import { type Nodes, createNodes } from '../src/store/redis/nodes.ts'
import { deferred } from './support/deferred.ts'

const REQUEST = { sessionId: 's', link: 1, node: 'b' }

/** Two nodes. The second one answers a request when `work` resolves. */
const createPair = (work: Promise<void>, answerMs = 10) => {
  const listeners = new Map<string, (text: string) => void>()
  const mute = new Set<string>()
  const unsubscribed = new Set<string>()
  const asks: (() => void)[] = []
  let silentMs = 0
  const stills: (() => void)[] = []
  const post = async (channel: string, text: string): Promise<number> => {
    if ('still' in JSON.parse(text)) stills.shift()?.()
    if ('ask' in JSON.parse(text)) asks.shift()?.()
    if (unsubscribed.has(channel)) return 0
    if (!mute.has(channel)) queueMicrotask(() => listeners.get(channel)?.(text))
    return 1
  }
  const make = (answer: () => Promise<void>): Nodes =>
    createNodes(
      { run: async () => String(silentMs) } as unknown as Commands,
      {
        keepSubscribed: (channel: string, listener: (text: string) => void) => listeners.set(channel, listener),
      } as unknown as Subscriptions,
      {
        keys: createKeys(''),
        channels: createChannels(''),
        heartbeatMs: 1e6,
        deadMs: 1e6,
        answerMs,
        onError: (error) => expect.unreachable(error.message),
        onDetachRequest: answer,
        onRegistered: async () => undefined,
        publish: post,
      },
    )
  const nodes = [make(async () => undefined), make(() => work)] as const
  onTestFinished(() => nodes.forEach((node) => node.close()))
  return {
    nodes,
    /** Resolves when the first node asks again whether the second one is still busy. */
    still: () => new Promise<void>((resolve) => stills.push(resolve)),
    /** Resolves when the first node sends the next request. */
    asked: () => new Promise<void>((resolve) => asks.push(resolve)),
    freeze: (node: Nodes) => mute.add(`node:${node.id}`),
    unsubscribe: (node: Nodes) => unsubscribed.add(`node:${node.id}`),
    resubscribe: (node: Nodes) => unsubscribed.delete(`node:${node.id}`),
    /** The heartbeats of both nodes stop. */
    stopHeartbeats: () => (silentMs = 1e9),
  }
}

test('a detach waits for a node that answers that it is still busy', async () => {
  const work = deferred<void>()
  const {
    nodes: [asking, asked],
    still,
  } = createPair(work.promise)
  let over = false
  const answered = asking.requestDetach(asked.id, REQUEST).then(() => (over = true))
  await still()
  await still()
  expect(over).toBe(false)
  work.resolve()
  await answered
})

test('a detach fails after too many busy answers, because the node is alive', async () => {
  const {
    nodes: [asking, asked],
  } = createPair(new Promise(() => undefined))
  await expect(asking.requestDetach(asked.id, REQUEST)).rejects.toThrow('still busy on another node')
})

test('a detach stops waiting for a node that answered once and then is silent', async () => {
  const {
    nodes: [asking, asked],
    still,
    freeze,
  } = createPair(new Promise(() => undefined))
  const answered = asking.requestDetach(asked.id, REQUEST)
  await still()
  freeze(asked)
  await answered
})

test('a detach stops waiting for a node that never answers', async () => {
  const {
    nodes: [asking, asked],
    freeze,
  } = createPair(new Promise(() => undefined))
  freeze(asked)
  await asking.requestDetach(asked.id, REQUEST)
})

/** Several requests without a subscriber are sent before this deadline, in ms. */
const PATIENT = 1600

test('a detach is requested again while the heartbeat of a node without a subscription is fresh', async () => {
  const work = deferred<void>()
  const pair = createPair(work.promise, PATIENT)
  const [asking, node] = pair.nodes
  pair.unsubscribe(node)
  let over = false
  const first = pair.asked()
  const answered = asking.requestDetach(node.id, REQUEST).then(() => (over = true))
  await first
  for (let again = 0; again < 3; again++) await Promise.race([pair.asked(), answered])
  expect(over).toBe(false)
  pair.resubscribe(node)
  await pair.asked()
  expect(over).toBe(false)
  work.resolve()
  await answered
})

test('a detach stops waiting for a node without a subscription when its heartbeat stops', async () => {
  const pair = createPair(Promise.resolve(), PATIENT)
  const [asking, node] = pair.nodes
  pair.unsubscribe(node)
  const first = pair.asked()
  const answered = asking.requestDetach(node.id, REQUEST)
  await first
  pair.stopHeartbeats()
  let again = 0
  void pair.asked().then(() => again++)
  await answered
  expect(again).toBe(0)
})

test('a detach stops waiting for a node without a subscription that never answers', async () => {
  const pair = createPair(Promise.resolve())
  const [asking, node] = pair.nodes
  pair.unsubscribe(node)
  await asking.requestDetach(node.id, REQUEST)
})

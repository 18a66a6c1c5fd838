/** The nodes that share a Redis. Each sends heartbeats, detaches links when other nodes request it, and removes presence of dead nodes. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Commands, Subscriptions } from './connections/connections.ts'
import type { Channels, Keys } from './keys.ts'
import { forget, heartbeat, silence } from './scripts/nodes.ts'
import { leave, tracked, untrack } from './scripts/presence.ts'
import { StoreUnavailableError } from './connections/storeUnavailableError.ts'

export interface NodeSettings {
  keys: Keys
  channels: Channels
  heartbeatMs: number
  /** The presence of a node without a heartbeat for this long is removed. */
  deadMs: number
  /** How long a node may take to answer a message. A detach treats a node that takes longer as dead. */
  answerMs: number
  onError: (error: Error) => void
  /** Called with the requests of other nodes. Resolves when the link is detached. */
  onDetachRequest: (request: DetachRequest) => Promise<void>
  /** Called when a heartbeat has added this node to Redis: the first one, or one after Redis lost the node and perhaps its presence. */
  onRegistered: () => Promise<void>
  /** Publishes to a channel. Resolves to the number of subscribers. */
  publish: (channel: string, message: string) => Promise<number>
}

export interface Nodes {
  /** The id of this node. */
  readonly id: string
  /**
   * Asks a node to detach a link. Resolves when it is detached, or when the node is dead. Rejects if a live node does not finish.
   */
  requestDetach(node: string, request: DetachRequest): Promise<void>
  /** Sends a heartbeat now, as after a reconnect. Others are sent at intervals. Does not wait for what follows from its answer. */
  heartbeat(): Promise<void>
  /** Removes this node from the list, so that other nodes do not wait for it. Rejects while Redis is away. */
  close(): Promise<void>
}

/** A request to detach a link from its session. */
export interface DetachRequest {
  sessionId: string
  link: number
  /** The name of the owner, which is not the id of the store's node. */
  node: string
}

/**
 * A message between nodes, as JSON. `ask` requests a detach. The other node sends `heard` at once and `done` at the end. `still` asks
 * whether the node is alive; it always answers `heard`. Nodes of different versions share a Redis, so the members must not change.
 */
type NodeMessage =
  | { ask: { sid: string; link: number; node: string }; id: number; from: string }
  | { still: number; from: string }
  | { heard: number }
  | { done: number }

/** A request of this node that has no `done` yet. */
interface PendingRequest {
  onReceived(): void
  onDone(): void
}

/** Presence entries that are removed at once. */
const REAP_BATCH = 500
/** A detach treats a node as dead after this many heartbeat intervals without a heartbeat. */
const SILENT_BEATS = 3
/** The share of `answerMs` after which a request without a subscriber is sent again, as long as the heartbeat is fresh. */
const RESEND_SHARE = 1 / 8
/**
 * A request fails after this many periods of `answerMs` if the node is alive all the time. The total time is shorter than the handshake
 * timeout of the client.
 */
const MAX_REPORTS = 3

export const createNodes = (commands: Commands, subscriptions: Subscriptions, settings: NodeSettings): Nodes => {
  const { keys, channels, heartbeatMs, deadMs, answerMs, onError, onDetachRequest, onRegistered, publish } = settings
  const id = randomUUID()
  const pending = new Map<number, PendingRequest>()
  let lastRequest = 0
  let closed = false
  let timer: NodeJS.Timeout | undefined

  const send = (node: string, message: NodeMessage): Promise<number> =>
    publish(channels.node(node), JSON.stringify(message))

  subscriptions.keepSubscribed(channels.node(id), (text) => {
    const message = JSON.parse(text) as NodeMessage
    if ('done' in message) pending.get(message.done)?.onDone()
    if ('heard' in message) pending.get(message.heard)?.onReceived()
    if ('still' in message) send(message.from, { heard: message.still }).catch(onError)
    if ('ask' in message) {
      const { sid: sessionId, link, node } = message.ask
      send(message.from, { heard: message.id }).catch(onError)
      onDetachRequest({ sessionId, link, node })
        .then(() => send(message.from, { done: message.id }))
        .catch(onError)
    }
  })

  /** Removes the presence of a dead node. Several nodes may do it at once. */
  const reapNode = async (node: string): Promise<void> => {
    const nodeKeys = (): string[] => [keys.nodePresence(node)]
    while (!closed) {
      const items = (await commands.run(tracked, nodeKeys, [REAP_BATCH])) as string[]
      if (items.length === 0) return void (await commands.run(forget, () => [keys.nodes], [node]))
      const fieldsOf = new Map<string, string[]>()
      for (const item of items) {
        const [stream, field] = JSON.parse(item) as [string, string]
        fieldsOf.set(stream, [...(fieldsOf.get(stream) ?? []), field])
      }
      const removals = [...fieldsOf].map(([stream, fields]) =>
        commands.run(leave, () => [keys.presence(stream)], [channels.presence, stream, ...fields]),
      )
      await Promise.all(removals)
      await commands.run(untrack, nodeKeys, items)
    }
  }

  const isSilent = async (node: string): Promise<boolean> => {
    const silentMs = Number(await commands.run(silence, () => [keys.nodes], [node]))
    return silentMs < 0 || silentMs > SILENT_BEATS * heartbeatMs
  }

  const sendHeartbeat = async (): Promise<void> => {
    const [isNew, ...dead] = (await commands.run(heartbeat, () => [keys.nodes], [id, deadMs])) as string[]
    const followUp = async (): Promise<void> => {
      if (isNew === '1') await onRegistered()
      for (const node of dead) await reapNode(node)
    }
    followUp().catch(onError)
  }

  const scheduleHeartbeat = (): void => {
    timer = setTimeout(async () => {
      // Fails while Redis is away. The connection reports that error itself.
      await sendHeartbeat().catch(() => undefined)
      if (!closed) scheduleHeartbeat()
    }, heartbeatMs)
  }
  scheduleHeartbeat()

  return {
    id,
    heartbeat: sendHeartbeat,
    async requestDetach(node, { sessionId, link, node: ownerNode }) {
      // A node that is frozen or disconnected may still be subscribed, but would not answer.
      if (await isSilent(node)) return
      const request = ++lastRequest
      const message: NodeMessage = { ask: { sid: sessionId, link, node: ownerNode }, id: request, from: id }
      let patience: NodeJS.Timeout | undefined
      const done = new Promise<void>((resolve, reject) => {
        let isAlive = false
        let reports = 0
        pending.set(request, {
          onReceived: () => {
            isAlive = true
          },
          onDone: resolve,
        })
        // A silent node counts as dead. A live node keeps its session.
        const waitForAnswer = (): void => {
          patience = setTimeout(() => {
            if (!isAlive) return resolve()
            if (++reports === MAX_REPORTS) {
              return reject(new StoreUnavailableError('The previous link of the session is still busy on another node'))
            }
            isAlive = false
            send(node, { still: request, from: id }).catch(() => undefined)
            waitForAnswer()
          }, answerMs)
        }
        waitForAnswer()
      })
      const settled = done.then(() => true)
      settled.catch(() => undefined) // awaited below, but it may reject before that
      try {
        // Without a subscriber, the process is killed, or its subscriber is reconnecting: the request is sent again.
        while ((await send(node, message)) === 0) {
          if (await Promise.race([settled, sleep(answerMs * RESEND_SHARE, false)])) return
          if (await isSilent(node)) return
        }
        await settled
      } finally {
        clearTimeout(patience)
        pending.delete(request)
      }
    },
    async close() {
      closed = true
      clearTimeout(timer)
      for (const { onDone } of pending.values()) onDone()
      // Other nodes do not wait for a node that has no heartbeat. They remove its presence if it still has one.
      const items = (await commands.run(tracked, () => [keys.nodePresence(id)], [1])) as string[]
      if (items.length === 0) await commands.run(forget, () => [keys.nodes], [id])
    },
  }
}

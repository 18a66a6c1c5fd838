/** A whole world in one thread: a real client, real nodes on one store, and an application on either side that remembers what it saw. */

import type * as Core from '@holdfast/core'
import type * as Recovery from '@holdfast/core/recovery'
import type * as Server from './modules.ts'
import { type Life, createFlakyStore } from './delayedStore.ts'
import type { Referee } from './invariants.ts'
import { type SimClock, createSimClock } from './simClock.ts'
import { type SimNetwork, createSimNetwork } from './simNetwork.ts'

/** The real parts; a test may exchange one for a spoilt one. */
export interface Parts {
  createWebSocket: typeof Core.createWebSocket
  session: typeof Recovery.session
  createNode: typeof Server.createNode
  memoryStore: typeof Server.memoryStore
  json: typeof Core.json
}

/** Tells a life as it goes, to find out why it failed. */
export type Log = (...said: unknown[]) => void

export type Payload = { n: number; evil?: 'stranger' | 'hasty' }

export interface World {
  readonly clock: SimClock
  readonly network: SimNetwork
  readonly client: Recovery.SessionClient<Payload, Payload>
  deliver(count: number, keyed: boolean): void
  request(): void
  publish(stream: string, count: number): void
  /** Something is said at the moment of the next hello. */
  meet(stream: string): void
  /** The serving node ends without a word; another takes over, on the same store or, if that is lost too, on an empty one. */
  crash(storeToo: boolean): void
  /** Dials go to another node from now on; the present link stays. */
  move(): void
  refuse(refused: boolean): void
  /** Somebody who has seen what he should not have tries to take the session over. */
  steal(withKey: boolean): void
  /** Somebody claims to have heard what was never said. */
  boast(stream: string): void
  /** Somebody leaves a number out. */
  skip(): void
  /** The session may be gone from now on, and by right. */
  expire(): void
  /** The user closes; later he opens again. */
  close(): void
  /** The next message of a stream is lost on its way to the client. */
  loseNext(): void
  /** The next message of a stream, or the next delivery, comes twice. */
  double(direction: 'up' | 'down'): void
  /** One offset of a stream never gets through, however often it is sent. */
  loseAlways(stream: string): void
  /** Whatever was broken works again. What can never get through goes on being lost. */
  heal(): void
  end(): void
}

const STREAMS = ['a', 'b']

export const createWorld = (parts: Parts, random: () => number, referee: Referee, log?: Log): World => {
  const clock = createSimClock(random)
  const network = createSimNetwork(clock)
  let sent = 0
  const published: Record<string, number> = {}
  const makeStore = () => parts.memoryStore({ clock, history: { messages: 12, bytes: 2 ** 20 } })
  let store = makeStore()
  let alive: (Life & { end(): void })[] = []

  const makeNode = () => {
    let known: () => void
    const life = {
      dead: false,
      ended: new Promise<void>((resolve) => {
        known = resolve
      }),
      end: () => {
        life.dead = true
        clock.setTimeout(known, clock.random() < 0.5 ? 0 : 2000)
      },
    }
    alive.push(life)
    // What a dead node still had in mind never happens.
    const own = {
      ...clock,
      setTimeout: (callback: () => void, delay: number) => clock.setTimeout(() => life.dead || callback(), delay),
    }
    const node = parts.createNode({
      clock: own,
      limits: { replayMessages: 15 },
      store: createFlakyStore(store, clock, life, referee.recorded),
      authenticate: ({ token }) => (token ? { id: String(token) } : null),
    })
    node.on('message', async (message, { id, idempotencyKey }) => {
      await new Promise<void>((resolve) => own.setTimeout(resolve, random() < 0.7 ? 0 : random() * 300))
      referee.applied(message as Payload, id, idempotencyKey, life)
    })
    node.on('request', async (message, { id }) => {
      await new Promise<void>((resolve) => own.setTimeout(resolve, random() * 300))
      referee.applied(message as Payload, id, undefined, life)
      return { n: (message as Payload).n * 2 }
    })
    node.on('error', (error) => referee.serverError(error))
    return { life, node }
  }
  let nodes = [makeNode(), makeNode()]
  let serving = 0
  const listen = (): void => {
    const { node, life } = nodes[serving]!
    network.listen((socket) => {
      if (!life.dead) node.accept(socket as never, {} as never)
    })
  }
  listen()
  let meeting: string | undefined
  network.watch({
    arrives: referee.frames.arrives,
    up: (frame, link) => {
      log?.(clock.now(), `${link} up`, frame)
      referee.frames.up(frame, link)
      if (meeting && JSON.parse(frame).t === 'hello') {
        const stream = meeting
        meeting = undefined
        clock.setTimeout(() => publish(stream, 1), random() * 120)
      }
    },
    down: (frame, link) => {
      log?.(clock.now(), `${link} down`, frame)
      referee.frames.down(frame, link)
    },
  })
  let next = false
  const never: Record<string, number> = {}
  network.lose((text) => {
    const { t, s, off } = JSON.parse(text)
    if (t !== 'msg') return false
    const lost = next || never[s] === off
    next = false
    return lost
  })

  const client = parts.createWebSocket<Payload, Payload>('ws://sim', {
    WebSocket: network.WebSocket,
    clock,
    environment: false,
    codec: parts.json<Payload, Payload>(),
    session: parts.session<Payload, Payload>({ token: () => 'alice', streams: STREAMS }),
    reconnect: { maxDelay: 4000 },
  }) as Recovery.SessionClient<Payload, Payload>
  client.on('open', () => referee.opened(clock.now()))
  client.on('status', (status) => referee.status(status))
  client.on('stream', ({ stream, offset, message }) => referee.heard(stream, offset, message))
  client.on('resync', (info) => referee.resync(info))
  client.on('unconfirmed', ({ messages }) => referee.unconfirmed(messages.length))
  client.on('error', (error) => log?.(clock.now(), 'error', error))
  if (log) client.onAny((type, value) => type === 'error' || log(clock.now(), type, value))

  const nodeNow = () => nodes[serving]!.node
  const publish = (stream: string, count: number): void => {
    for (let left = count; left--;) {
      const n = (published[stream] = (published[stream] ?? 0) + 1)
      referee.publishing(stream, n, clock.now())
      nodeNow()
        .publish(stream, { n })
        .then(
          (at) => referee.published(stream, n, at),
          () => {},
        )
    }
  }
  return {
    clock,
    network,
    client,
    deliver: (count, keyed) => {
      for (let left = count; left--;) {
        const n = ++sent
        const key = keyed ? `key-${n}` : undefined
        referee.delivering(n, key, clock.now(), false)
        client.deliver({ n }, key ? { idempotencyKey: key } : {}).then(
          () => referee.settled(n, 'applied', clock.now()),
          (error: Error & { code?: string }) => referee.settled(n, error.code ?? error.name, clock.now()),
        )
      }
    },
    request: () => {
      const n = ++sent
      referee.delivering(n, undefined, clock.now(), true)
      client.request<Payload>({ n }, { timeout: 1e9 }).then(
        (reply) => referee.settled(n, reply.n === n * 2 ? 'applied' : 'wrong reply', clock.now()),
        (error: Error & { code?: string }) => referee.settled(n, error.code ?? error.name, clock.now()),
      )
    },
    publish,
    meet: (stream) => {
      meeting = stream
    },
    crash: (storeToo) => {
      const ending = (storeToo ? nodes : [nodes[serving]!]).map(({ life }) => life)
      for (const life of ending) life.end()
      referee.crashed(ending, storeToo)
      for (const link of network.links) if (link.alive) link.cut()
      if (storeToo) {
        store = makeStore()
        nodes = [makeNode(), makeNode()]
      } else nodes[serving] = makeNode()
      serving = (serving + 1) % 2
      listen()
    },
    move: () => {
      serving = (serving + 1) % 2
      listen()
    },
    refuse: (refused) => (refused ? network.listen(undefined) : listen()),
    steal: (withKey) => {
      const { sid, key, last } = referee.seen()
      if (!sid) return
      const link = network.raw((frame) => {
        const { t, resumed, sid: given } = JSON.parse(frame)
        if (t !== 'welcome') return
        if (resumed || given === sid)
          referee.violation(`S1: a stranger resumed the session ${withKey ? 'with its key' : 'without its key'}`)
        link.send(JSON.stringify({ t: 'send', seq: resumed ? last + 1 : 1, d: { n: -1, evil: 'stranger' } }))
      })
      // With the right key but as another user; or as the right user without the key.
      link.send(
        JSON.stringify({
          t: 'hello',
          v: 1,
          token: withKey ? 'mallory' : 'alice',
          sid,
          key: withKey ? key : 'A'.repeat(22),
        }),
      )
    },
    boast: (stream) => {
      const at = referee.top(stream)
      if (!at) return
      const link = network.raw((frame) => {
        const { t, streams } = JSON.parse(frame)
        if (t !== 'welcome') return
        if (streams?.[stream]?.[2] !== 'lost')
          referee.violation(`R4: a position ahead of the top was ${streams?.[stream]?.[2]}`)
        link.close()
      })
      link.send(JSON.stringify({ t: 'hello', v: 1, token: 'bob', pos: { [stream]: [at.epoch, at.offset + 100_000] } }))
    },
    skip: () => {
      const link = network.raw((frame) => {
        if (JSON.parse(frame).t === 'welcome')
          link.send(JSON.stringify({ t: 'send', seq: 2, d: { n: -1, evil: 'hasty' } }))
      })
      link.send(JSON.stringify({ t: 'hello', v: 1, token: 'bob' }))
    },
    expire: () => referee.expired(),
    close: () => {
      referee.expired()
      referee.closed()
      client.close()
    },
    loseNext: () => {
      referee.tampers()
      next = true
    },
    double: (direction) => {
      referee.tampers()
      network.double(direction)
    },
    loseAlways: (stream) => {
      referee.tampers()
      const { offset: off = 0 } = referee.top(stream) ?? {}
      never[stream] = off + 1
    },
    heal: () => {
      next = false
      network.latency = 50
      listen()
    },
    end: () => {
      client.dispose()
      for (const life of alive) life.dead = true
      alive = []
    },
  }
}

/** Two real nodes on one store, one of which serves. Nodes can crash, with the store or without it. */

import type { Invariants } from '../invariants/invariants.ts'
import { type NodeState, createDelayedStore } from './delayedStore.ts'
import { type SimStore, createSimStore } from './simStore.ts'
import type { SimClock } from './simClock.ts'
import type { SimNetwork } from './simNetwork.ts'
import type { Modules, Payload } from './simulation.ts'

export interface SimNodes {
  /** The node that serves. */
  readonly current: ReturnType<Modules['createNode']>
  /** The store of the running nodes. */
  readonly store: SimStore
  /** The node that serves accepts connections. */
  listen(): void
  /** Ends the serving node without notice and cuts all links. Another node takes over, on the same store or on an empty one. */
  crash(isStoreLost: boolean): void
  /** New connections go to the other node. Existing links stay. */
  move(): void
  /** Stops all nodes. */
  end(): void
}

/** The default of `limits.hello`, in ms. */
const HELLO_DEADLINE = 10_000

export const createSimNodes = (
  modules: Modules,
  clock: SimClock,
  network: SimNetwork,
  invariants: Invariants,
): SimNodes => {
  const states: NodeState[] = []
  let store = createSimStore(modules, clock)

  const createSimNode = () => {
    let markEnded: () => void
    const state = {
      isDead: false,
      ended: new Promise<void>((resolve) => {
        markEnded = resolve
      }),
      end: () => {
        state.isDead = true
        clock.setTimeout(markEnded, clock.random() < 0.5 ? 0 : 2000)
      },
    }
    states.push(state)
    // Timers of a dead node never fire.
    const nodeClock = {
      ...clock,
      setTimeout: (callback: () => void, delay: number) => clock.setTimeout(() => state.isDead || callback(), delay),
    }
    const sleep = (ms: number) => new Promise<void>((resolve) => nodeClock.setTimeout(resolve, ms))
    const node = modules.createNode({
      clock: nodeClock,
      // Below the history, one stream alone can exceed the limit. Above it, a replay can start late.
      limits: { replayMessages: clock.random() < 0.5 ? 10 : 15 },
      store: createDelayedStore(store, clock, state, invariants.deliveries.recorded),
      authenticate: ({ token }) => (token ? { id: String(token) } : null),
    })
    node.on('message', async (message, { id, idempotencyKey }) => {
      await sleep(clock.random() < 0.7 ? 0 : clock.random() * 300)
      invariants.deliveries.applied(message as Payload, id, idempotencyKey, state)
    })
    node.on('request', async (message, { id }) => {
      await sleep(clock.random() * 300)
      invariants.deliveries.applied(message as Payload, id, undefined, state)
      return { n: (message as Payload).n * 2 }
    })
    node.on('error', (error) => {
      const wasDown = store.isDown || clock.now() - store.downUntil <= HELLO_DEADLINE
      invariants.serverError(error as Error, wasDown)
    })
    return { state, node }
  }
  let nodes = [createSimNode(), createSimNode()]
  let serving = 0

  const listen = (): void => {
    const { node, state } = nodes[serving]!
    network.listen((socket) => {
      if (!state.isDead) node.accept(socket as never, {} as never)
    })
  }
  return {
    get current() {
      return nodes[serving]!.node
    },
    get store() {
      return store
    },
    listen,
    crash: (isStoreLost) => {
      const ending = (isStoreLost ? nodes : [nodes[serving]!]).map(({ state }) => state)
      for (const state of ending) state.end()
      invariants.crashed(ending, isStoreLost)
      for (const link of network.links) if (link.alive) link.cut()
      if (isStoreLost) {
        store = createSimStore(modules, clock)
        nodes = [createSimNode(), createSimNode()]
      } else nodes[serving] = createSimNode()
      serving = (serving + 1) % 2
      listen()
    },
    move: () => {
      serving = (serving + 1) % 2
      listen()
    },
    end: () => {
      for (const state of states) state.isDead = true
    },
  }
}

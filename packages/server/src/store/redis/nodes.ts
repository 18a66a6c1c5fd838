/**
 * The nodes that share a Redis: each says now and then that it lives, hears what the others ask of it, and clears up after the dead.
 */
import { randomUUID } from 'node:crypto'
import type { Commands } from './commands.ts'
import { beat, reap, silence } from './nodeScripts.ts'
import { StoreUnavailableError } from './storeUnavailableError.ts'
import type { Subscriptions } from './subscriptions.ts'

export interface NodeSettings {
  prefix: string
  beatMs: number
  /** After so long without a beat a node is dead, and what it left is cleared away. */
  deadMs: number
  /** How long a node may be silent that is being waited for. */
  answerMs: number
  onError: (error: Error) => void
  /** Does what another node asks of this one. */
  answer: (question: Question) => Promise<void>
  /** Redis does not know this node (any more): what it had told there is gone. */
  onForgotten: () => Promise<void>
  /** Resolves to how many listen. */
  post: (channel: string, message: string) => Promise<number>
}

export interface Nodes {
  /** The name of this one. */
  readonly id: string
  /** Asks a node and waits for it to have done so, or to be dead. Rejects when it takes long, though it lives. */
  ask(node: string, question: Question): Promise<void>
  /** Says that this node lives; done by itself, and to be done at once after a reconnect. */
  beat(): Promise<void>
  close(): void
}

/** That a link be detached from its session. */
export interface Question {
  sid: string
  link: number
  /** Of whose it is: the owner's name, not that of this store. */
  node: string
}

/** `heard` is said at once and whenever the other asks whether it is `still` at it; `done` at the end. */
type Letter =
  | { ask: Question; id: number; from: string }
  | { still: number; from: string }
  | { heard: number }
  | { done: number }

interface Asked {
  heard(): void
  done(): void
}

const REAP_AT_ONCE = 500
/** So often a node may say that it is still at it. Less, all in all, than a hello may take: nobody wants the answer later. */
const OFTEN = 3

export function createNodes(commands: Commands, subscriptions: Subscriptions, settings: NodeSettings): Nodes {
  const { prefix, beatMs, deadMs, answerMs, onError, answer, onForgotten, post } = settings
  const id = randomUUID()
  const channel = (node: string): string => `${prefix}node:${node}`
  const waiting = new Map<number, Asked>()
  let count = 0
  let closed = false
  let timer: NodeJS.Timeout | undefined

  subscriptions.keep(channel(id), (text) => {
    const letter = JSON.parse(text) as Letter
    if ('done' in letter) waiting.get(letter.done)?.done()
    if ('heard' in letter) waiting.get(letter.heard)?.heard()
    if ('still' in letter) send(letter.from, { heard: letter.still }).catch(onError)
    if ('ask' in letter) {
      send(letter.from, { heard: letter.id }).catch(onError)
      answer(letter.ask)
        .then(() => send(letter.from, { done: letter.id }))
        .catch(onError)
    }
  })
  /** Resolves to how many listen. */
  const send = (node: string, letter: Letter): Promise<number> => post(channel(node), JSON.stringify(letter))

  async function bury(node: string): Promise<void> {
    const keys = (): string[] => [`${prefix}nodes`, `${prefix}present:${node}`]
    while (!closed) {
      const left = await commands.run(reap, keys, [node, REAP_AT_ONCE, `${prefix}presence`, `${prefix}pres:`])
      if (Number(left) === 0) return
    }
  }

  async function live(): Promise<void> {
    const [fresh, ...dead] = (await commands.run(beat, () => [`${prefix}nodes`], [id, deadMs])) as string[]
    if (fresh === '1') await onForgotten()
    for (const node of dead) await bury(node)
  }

  async function tick(): Promise<void> {
    // Without Redis there is nobody to tell; the connection has told its own error.
    await live().catch(() => undefined)
    if (!closed) next()
  }
  const next = (): void => {
    timer = setTimeout(() => void tick(), beatMs)
  }
  next()

  return {
    id,
    beat: live,
    async ask(node, question) {
      const silent = Number(await commands.run(silence, () => [`${prefix}nodes`], [node]))
      // Stopped, or cut off: its connection may still be open, but it would not answer.
      if (silent < 0 || silent > 3 * beatMs) return
      const n = ++count
      const letter: Letter = { ask: question, id: n, from: id }
      let patience: NodeJS.Timeout | undefined
      const done = new Promise<void>((resolve, reject) => {
        let alive = false
        let times = 0
        waiting.set(n, {
          heard: () => {
            alive = true
          },
          done: resolve,
        })
        // From a node that says nothing there is nothing to be waited for. From one that lives nothing is taken.
        const wait = (): void => {
          patience = setTimeout(() => {
            if (!alive) return resolve()
            if (++times === OFTEN)
              return reject(new StoreUnavailableError('a listener of the session is still at it, on another node'))
            alive = false
            send(node, { still: n, from: id }).catch(() => undefined)
            wait()
          }, answerMs)
        }
        wait()
      })
      done.catch(() => undefined) // told below, unless somebody is quicker
      try {
        // A process that was killed listens no more. One that is just reconnecting does so within a moment.
        if ((await send(node, letter)) > 0) return await done
        await Promise.race([
          done,
          new Promise<void>((resolve) => {
            setTimeout(resolve, answerMs / 8)
          }),
        ])
        if ((await send(node, letter)) > 0) await done
      } finally {
        clearTimeout(patience)
        waiting.delete(n)
      }
    },
    close() {
      closed = true
      clearTimeout(timer)
      for (const { done } of waiting.values()) done()
    },
  }
}

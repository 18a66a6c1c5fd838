/**
 * The nodes that share a Redis: each says now and then that it lives, hears what the others ask of it, and clears up after the dead.
 */
import { randomUUID } from 'node:crypto'
import type { Commands } from './commands.ts'
import { beat, reap, silence } from './nodeScripts.ts'
import type { Subscriptions } from './subscriptions.ts'

export interface NodeSettings {
  prefix: string
  beatMs: number
  /** After so long without a beat a node is dead, and what it left is cleared away. */
  deadMs: number
  /** How long another node is waited for. */
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
  /** Asks a node and waits for it to have done so, or to be dead. */
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

type Letter = { ask: Question, id: number, from: string } | { done: number }

const REAP_AT_ONCE = 500

export function createNodes(commands: Commands, subscriptions: Subscriptions, settings: NodeSettings): Nodes {
  const { prefix, beatMs, deadMs, answerMs, onError, answer, onForgotten, post } = settings
  const id = randomUUID()
  const channel = (node: string): string => `${prefix}node:${node}`
  const waiting = new Map<number, () => void>()
  let count = 0
  let closed = false
  let timer: NodeJS.Timeout | undefined

  subscriptions.keep(channel(id), (text) => {
    const letter = JSON.parse(text) as Letter
    if ('done' in letter) waiting.get(letter.done)?.()
    if ('ask' in letter) {
      answer(letter.ask)
        .then(() => post(channel(letter.from), JSON.stringify({ done: letter.id })))
        .catch(onError)
    }
  })

  async function bury(node: string): Promise<void> {
    const keys = (): string[] => [`${prefix}nodes`, `${prefix}present:${node}`]
    while (!closed) {
      const left = await commands.run(reap, keys, [node, REAP_AT_ONCE, `${prefix}presence`, `${prefix}pres:`])
      if (Number(left) === 0) return
    }
  }

  async function live(): Promise<void> {
    const [fresh, ...dead] = await commands.run(beat, () => [`${prefix}nodes`], [id, deadMs]) as string[]
    if (fresh === '1') await onForgotten()
    for (const node of dead) await bury(node)
  }

  async function tick(): Promise<void> {
    // Without Redis there is nobody to tell; the connection has told its own error.
    await live().catch(() => undefined)
    if (!closed) next()
  }
  const next = (): void => { timer = setTimeout(() => void tick(), beatMs) }
  next()

  return {
    id,
    beat: live,
    async ask(node, question) {
      const silent = Number(await commands.run(silence, () => [`${prefix}nodes`], [node]))
      // Stopped, or cut off: its connection may still be open, but it would not answer.
      if (silent < 0 || silent > 3 * beatMs) return
      const n = ++count
      const letter = JSON.stringify({ ask: question, id: n, from: id } satisfies Letter)
      let patience: NodeJS.Timeout | undefined
      const done = new Promise<void>((resolve) => {
        waiting.set(n, resolve)
        patience = setTimeout(resolve, answerMs)
      })
      try {
        // A process that was killed listens no more. One that is just reconnecting does so within a moment.
        if (await post(channel(node), letter) > 0) return await done
        await Promise.race([done, new Promise<void>((resolve) => { setTimeout(resolve, answerMs / 8) })])
        if (await post(channel(node), letter) > 0) await done
      } finally {
        clearTimeout(patience)
        waiting.delete(n)
      }
    },
    close() {
      closed = true
      clearTimeout(timer)
      for (const resolve of waiting.values()) resolve()
    },
  }
}

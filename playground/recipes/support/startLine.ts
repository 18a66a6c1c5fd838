// A TCP line between a client and a server that can go bad: silent with TCP open, cut, or taken down.
import { once } from 'node:events'
import { type AddressInfo, type Socket, connect, createServer } from 'node:net'

/** The line. */
export interface Line {
  /** Where to dial in place of the server. */
  readonly url: string
  /** How often it was dialled. */
  readonly dials: number
  /** Nothing passes any more on the present connections, in either direction, and neither end is told. New ones work. */
  freeze(): void
  /** What was held back passes. */
  thaw(): void
  /** Cuts what there is without a close frame, and whoever dials, until `up`. */
  down(): void
  up(): void
  close(): Promise<void>
}

/** @param server `ws://127.0.0.1:<port>` */
export async function startLine(server: string): Promise<Line> {
  const pairs = new Set<readonly [near: Socket, far: Socket]>()
  let isDown = false
  let dials = 0

  const listener = createServer((near) => {
    dials++
    if (isDown) {
      near.destroy()
      return
    }
    const far = connect(Number(new URL(server).port), '127.0.0.1')
    const pair = [near, far] as const
    pairs.add(pair)
    for (const [from, to] of [pair, [far, near]] as const) {
      from.pipe(to)
      from
        .on('error', () => {})
        .on('close', () => {
          to.destroy()
          pairs.delete(pair)
        })
    }
  })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')

  const cut = (): void => {
    for (const pair of pairs) for (const socket of pair) socket.destroy()
  }
  return {
    url: `ws://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    get dials() {
      return dials
    },
    freeze() {
      for (const [near, far] of pairs) {
        near.unpipe(far).pause()
        far.unpipe(near).pause()
      }
    },
    thaw() {
      for (const [near, far] of pairs) {
        near.pipe(far)
        far.pipe(near)
      }
    },
    down() {
      isDown = true
      cut()
    },
    up() {
      isDown = false
    },
    close: () =>
      new Promise((resolve) => {
        listener.close(() => resolve())
        cut()
      }),
  }
}

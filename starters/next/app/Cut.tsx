'use client'

import { chat } from './socket'

/** Asks the server to end the connection without a close frame. */
export function Cut() {
  return <button onClick={() => chat.send({ text: '/cut' })}>Cut the connection</button>
}

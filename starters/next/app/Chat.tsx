'use client'

import { useWebSocket } from '@holdfast/react'
import { type Line, chat } from './socket'

export function Chat({ initial }: { initial: Line[] }) {
  const { status, messages, send } = useWebSocket(chat)
  // Each line once: one may be in the page of the server and arrive again.
  const lines = new Map([...initial, ...messages].map((line) => [line.id, line.text]))
  return (
    <>
      <output>{status}</output>
      <ul>
        {[...lines].map(([id, text]) => (
          <li key={id}>{text}</li>
        ))}
      </ul>
      <button onClick={() => send({ text: 'hello' })}>Send</button>
    </>
  )
}

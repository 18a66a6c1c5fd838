// JSON in both directions, with the server's own ping and pong in JSON, and an introduction after each opening.
import { type WebSocketOptions, json } from '@holdfast/core'
import { useWebSocket } from '@holdfast/react'
import { type FormEvent, type ReactElement, useState } from 'react'

type Incoming = { type: 'pong' } | { type: 'welcome'; name: string } | { type: 'echo'; name: string; text: string }
type Outgoing = { type: 'ping' } | { type: 'init'; name: string } | { type: 'echo'; text: string }

const codec = json<Incoming, Outgoing>()

interface JsonHeartbeatProps {
  url: string
  name: string
  /** What is to be otherwise, as in a test. */
  options?: WebSocketOptions<Incoming, Outgoing>
}

/** Says things to a server that says them back. */
export function JsonHeartbeat({ url, name, options }: JsonHeartbeatProps): ReactElement {
  const { status, attempt, lastClose, messages, send, reconnect } = useWebSocket(url, {
    codec,
    // Sent through the codec after 5 s of silence. The answer is matched by its keys and is not among `messages`.
    heartbeat: { message: { type: 'ping' }, isReply: { type: 'pong' }, interval: 5000, timeout: 5000 },
    // After the first dial. They count from 0 again once a connection has lasted.
    reconnect: { maxAttempts: 5 },
    // Each opening, not only the first: to the server this is somebody new.
    onOpen: () => {
      send({ type: 'init', name })
    },
    // What is queued goes out before anything said in `onOpen`, and this server hears nobody before `init`.
    queue: false,
    history: 20,
    ...options,
  })
  const [text, setText] = useState('')

  function say(event: FormEvent): void {
    event.preventDefault()
    // 'dropped' when the connection went away this very moment: then the text stays in the field.
    if (send({ type: 'echo', text }) === 'sent') setText('')
  }

  return (
    <section aria-label={name}>
      <p role="status">
        {name}: {status}
        {attempt > 0 && `, attempt ${attempt} of 5`}
      </p>
      {lastClose?.cause === 'exhausted' && status === 'closed' && (
        <p role="alert">
          No connection after 5 attempts. <button onClick={reconnect}>Try again</button>
        </p>
      )}
      <ol>
        {messages.map((message, index) => (
          <li key={index}>{'text' in message ? message.text : message.type}</li>
        ))}
      </ol>
      <form onSubmit={say}>
        <input
          aria-label={`Text from ${name}`}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
        />
        <button disabled={status !== 'open'}>Send</button>
      </form>
    </section>
  )
}

// JSON in both directions, with ping and pong in JSON as well, and an `init` message each time the connection opens.
import { type WebSocketOptions, json } from '@holdfast/core'
import { useWebSocket } from '@holdfast/react'
import { type FormEvent, type ReactElement, useState } from 'react'

type Incoming = { type: 'pong' } | { type: 'welcome'; name: string } | { type: 'echo'; name: string; text: string }
type Outgoing = { type: 'ping' } | { type: 'init'; name: string } | { type: 'echo'; text: string }

const codec = json<Incoming, Outgoing>()

interface JsonHeartbeatProps {
  url: string
  name: string
  /** Options that override those of the component, for example in a test. */
  options?: WebSocketOptions<Incoming, Outgoing>
}

/** Sends texts to a server that echoes them. */
export function JsonHeartbeat({ url, name, options }: JsonHeartbeatProps): ReactElement {
  const { status, attempt, lastClose, messages, send, reconnect } = useWebSocket(url, {
    codec,
    // Sent through the codec after 5 s in which nothing was received, or nothing was sent. The reply is matched by its keys and is not
    // part of `messages`.
    heartbeat: { message: { type: 'ping' }, isReply: { type: 'pong' }, interval: 5000, timeout: 5000 },
    // Attempts after the first connection. The count restarts at 0 once a connection has been open for a while.
    reconnect: { maxAttempts: 5 },
    // Runs for each connection, because each is a new client for the server. Queued messages are sent after `init`.
    onConnect: (connection) => connection.send({ type: 'init', name }),
    history: 20,
    ...options,
  })
  const [text, setText] = useState('')

  function submit(event: FormEvent): void {
    event.preventDefault()
    // 'queued' while a connection is expected. 'dropped' after the last attempt; then the text stays in the field.
    if (send({ type: 'echo', text }) !== 'dropped') setText('')
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
      <form onSubmit={submit}>
        <input
          aria-label={`Text from ${name}`}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
        />
        <button>Send</button>
      </form>
    </section>
  )
}

// A chat room: the name is part of the URL, lines are JSON, the heartbeat is the plain text `ping`, answered by `pong`.
import { type WebSocketOptions, json } from '@holdfast/core'
import { useWebSocket } from '@holdfast/react'
import { type FormEvent, type ReactElement, useState } from 'react'

/** A line without a name is a notice of the server. `users`: the names of the connected users. */
interface Line {
  id: string
  name?: string
  text: string
  users: string[]
}
interface ChatInput {
  text: string
}

const codec = json<Line, ChatInput>()

interface ChatRoomProps {
  url: string
  name: string
  /** Options that override those of the component, for example in a test. */
  options?: WebSocketOptions<Line, ChatInput>
}

/** The chat room of one user. */
export function ChatRoom({ url, name, options }: ChatRoomProps): ReactElement {
  // Because the name is in the URL, the server has it before the first line after each reconnect, queued lines included. A new name
  // opens a new connection.
  const { status, lastMessage, messages, queued, send } = useWebSocket(`${url}?name=${encodeURIComponent(name)}`, {
    codec,
    // `ping` is sent without the codec, and `pong` is not decoded. A user's message "ping" is JSON, so the two cannot be confused.
    heartbeat: true,
    // The newest lines, kept between renders and across reconnects.
    history: 100,
    ...options,
  })
  const [text, setText] = useState('')

  function submit(event: FormEvent): void {
    event.preventDefault()
    // Without a connection the message is queued; the result is 'dropped' if the queue is full.
    if (text && send({ text }) !== 'dropped') setText('')
  }

  return (
    <section aria-label={`Room of ${name}`}>
      <p role="status">
        {name}: {status}
        {queued > 0 && `, ${queued} to be sent`}
      </p>
      <p>
        Users: <output aria-label={`Users seen by ${name}`}>{lastMessage?.users.join(', ')}</output>
      </p>
      <ol role="log" aria-label={`Lines of ${name}`}>
        {messages.map((line) => (
          <li key={line.id}>
            {line.name && <b>{line.name}: </b>}
            {line.text}
          </li>
        ))}
      </ol>
      <form onSubmit={submit}>
        <input
          aria-label={`Text from ${name}`}
          value={text}
          maxLength={1000}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
        />
        <button>Send</button>
      </form>
    </section>
  )
}

// A chat room: the name travels in the URL, lines are JSON, the heartbeat is the plain text `ping` answered by `pong`.
import { type WebSocketOptions, json } from '@holdfast/core'
import { useWebSocket } from '@holdfast/react'
import { type FormEvent, type ReactElement, useState } from 'react'

/** Without a name it is the room that speaks. `people`: who is here. */
interface Line {
  id: string
  name?: string
  text: string
  people: string[]
}
interface Said {
  text: string
}

const codec = json<Line, Said>()

interface ChatRoomProps {
  url: string
  name: string
  /** What is to be otherwise, as in a test. */
  options?: WebSocketOptions<Line, Said>
}

/** The room, as one of the people in it. */
export function ChatRoom({ url, name, options }: ChatRoomProps): ReactElement {
  // In the URL the name is known before the first line, queued ones included, after each reconnect. Another name is another
  // destination: the connection is made anew by itself.
  const { status, lastMessage, messages, queued, send } = useWebSocket(`${url}?name=${encodeURIComponent(name)}`, {
    codec,
    // `ping` is sent as it is, and `pong` never reaches the codec. A person who says "ping" says it in JSON: no confusion.
    heartbeat: true,
    // The newest lines, none lost between renders, kept over reconnects.
    history: 100,
    ...options,
  })
  const [text, setText] = useState('')

  function say(event: FormEvent): void {
    event.preventDefault()
    // Without a connection it is queued and goes out in order when there is one; 'dropped' if the queue is full.
    if (text && send({ text }) !== 'dropped') setText('')
  }

  return (
    <section aria-label={`Room of ${name}`}>
      <p role="status">
        {name}: {status}
        {queued > 0 && `, ${queued} to be sent`}
      </p>
      <p>
        Here: <output aria-label={`People seen by ${name}`}>{lastMessage?.people.join(', ')}</output>
      </p>
      <ol role="log" aria-label={`Lines of ${name}`}>
        {messages.map((line) => (
          <li key={line.id}>
            {line.name && <b>{line.name}: </b>}
            {line.text}
          </li>
        ))}
      </ol>
      <form onSubmit={say}>
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

import { json, useWebSocket } from '@holdfast/react'
import { type FormEvent, useState } from 'react'

interface Line {
  from: string
  text: string
}

const url = import.meta.env.VITE_SOCKET_URL ?? 'ws://localhost:8080'
const name = `user ${Math.floor(Math.random() * 1000)}`
const options = {
  codec: json<Line, Line | 'cut'>(),
  heartbeat: true, // the server answers 'ping' with 'pong'
  history: 100, // `messages` holds the newest 100
}

export default function App() {
  const [text, setText] = useState('')
  const { status, messages, attempt, queued, send, reconnect } = useWebSocket(url, options)

  const submit = (event: FormEvent) => {
    event.preventDefault()
    send({ from: name, text })
    setText('')
  }

  return (
    <>
      <p>
        <output>{status}</output>{' '}
        {status === 'reconnecting' && <button onClick={reconnect}>Attempt {attempt} now</button>}
        {status === 'open' && <button onClick={() => send('cut')}>Cut the connection</button>}
      </p>
      {queued > 0 && <p>{queued} waiting to be sent</p>}
      <form onSubmit={submit}>
        <label>
          Text <input value={text} onChange={(event) => setText(event.target.value)} />
        </label>{' '}
        <button>Send</button>
      </form>
      {messages.map((line, index) => (
        <p key={index}>
          {line.from}: {line.text}
        </p>
      ))}
    </>
  )
}

import { json, useWebSocket } from '@holdfast/react'
import { type FormEvent, useState } from 'react'

interface Line {
  from: string
  text: string
}

const name = `user ${Math.floor(Math.random() * 1000)}`

export default function App() {
  const [text, setText] = useState('')
  const { status, messages, attempt, queued, send, reconnect } =
    useWebSocket<Line>('ws://localhost:8080', {
      codec: json(),
      heartbeat: true, // the server answers 'ping' with 'pong'
      history: 100, // `messages` holds the newest 100
    })

  const submit = (event: FormEvent) => {
    event.preventDefault()
    send({ from: name, text })
    setText('')
  }

  return (
    <>
      <p>
        <output>{status}</output>{' '}
        {status === 'reconnecting' && (
          <button onClick={reconnect}>Attempt {attempt} now</button>
        )}
      </p>
      {queued > 0 && <p>{queued} waiting to be sent</p>}
      <form onSubmit={submit}>
        <input value={text} onChange={(e) => setText(e.target.value)} />
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

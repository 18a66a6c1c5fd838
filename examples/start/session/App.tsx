import { session } from '@holdfast/core/recovery'
import { json, useWebSocket } from '@holdfast/react'
import { type FormEvent, useState } from 'react'

interface Line {
  from: string
  text: string
}

const name = `user ${Math.floor(Math.random() * 1000)}`
const recovery = session({ streams: ['chat'] }) // with its own heartbeat

export default function App() {
  const [text, setText] = useState('')
  const { status, messages, attempt, client, reconnect } = useWebSocket('ws://localhost:8080', {
    codec: json<Line, Line>(),
    history: 100,
    session: recovery,
  })

  const submit = (event: FormEvent) => {
    event.preventDefault()
    // Sent again until the server has published it.
    client.deliver({ from: name, text }).catch((error) => console.error(error))
    setText('')
  }

  return (
    <>
      <p>
        <output>{status}</output>{' '}
        {status === 'reconnecting' && <button onClick={reconnect}>Attempt {attempt} now</button>}
      </p>
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

import { useMessages, useWebSocket } from '@holdfast/react'
import { type FormEvent, useState } from 'react'
import { options, url } from './options.ts'

export function StatusAndChat() {
  const { client, status, queued, send } = useWebSocket(url, options)
  const { messages } = useMessages(client, { limit: 100 })
  const [text, setText] = useState('')

  function submit(event: FormEvent) {
    event.preventDefault()
    send({ type: 'chat', text })
    setText('')
  }

  return (
    <>
      <p role="status">
        {status}, {queued} queued
      </p>
      {messages.map(({ key, message }) => message.type === 'chat' && <p key={key}>{message.text}</p>)}
      <form onSubmit={submit}>
        <input value={text} onChange={({ target }) => setText(target.value)} aria-label="Message" />
        <button>Send</button>
      </form>
    </>
  )
}

import { useMessage, useWebSocket } from '@holdfast/react'
import { chat } from './chat.ts'

export function ReactMessages() {
  const { messages, send } = useWebSocket(chat)
  useMessage(chat, ({ from }) => (document.title = `${from} wrote`)) // called for every message, without rendering
  return (
    <>
      {messages.map(({ from, text }, index) => (
        <p key={index}>
          {from}: {text}
        </p>
      ))}
      <button onClick={() => send({ text: 'hello' })}>Say hello</button>
    </>
  )
}

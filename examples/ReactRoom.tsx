import { useStream } from '@holdfast/react'
import { rooms } from './rooms.ts'

export function ReactRoom({ name, load }: { name: string; load: () => void }) {
  const { messages, members, resync } = useStream(rooms, name, {
    limit: 200, // the newest messages; default 1000
    onResync: ({ wait }) => setTimeout(load, wait), // more was missed than the server stores: fetch it
  })
  return (
    <>
      <h2>
        {name}: {members.length} here
      </h2>
      {resync && <p>Some of it is missing.</p>}
      {messages.map(({ key, message }) => (
        <p key={key}>
          {message.from}: {message.text}
        </p>
      ))}
      <button onClick={() => rooms.deliver({ from: 'me', text: 'hello' }, { channel: name })}>Say hello</button>
    </>
  )
}

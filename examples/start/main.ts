import { createWebSocket, json } from '@holdfast/core'

interface Line {
  from: string
  text: string
}

const find = <Type extends HTMLElement>(id: string) =>
  document.getElementById(id) as Type
const input = find<HTMLInputElement>('text')
const name = `user ${Math.floor(Math.random() * 1000)}`

export const chat = createWebSocket<Line>('ws://localhost:8080', {
  codec: json(),
  heartbeat: true, // the server answers 'ping' with 'pong'
})

// Called at each change of the state, and for messages once per frame.
chat.subscribe(() => {
  const { status, queued } = chat.get()
  find('status').textContent = status
  find('queued').textContent = queued > 0 ? `${queued} waiting to be sent` : ''
})

// Called for each message.
chat.on('message', ({ from, text }) => {
  const line = document.createElement('p')
  line.textContent = `${from}: ${text}`
  find('lines').append(line)
})

find('now').addEventListener('click', () => chat.reconnect())
find('form').addEventListener('submit', (event) => {
  event.preventDefault()
  chat.send({ from: name, text: input.value })
  input.value = ''
})

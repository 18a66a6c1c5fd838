import { createWebSocket, json } from '@holdfast/core'
import { session } from '@holdfast/core/recovery'

export const startChat = (url: string, root: HTMLElement) => {
  root.innerHTML = '<p>offline</p><ul></ul><button>Send</button>'
  const status = root.querySelector('p')!
  const socket = createWebSocket(`${url}/hub`, {
    codec: json<string, string>(),
    session: session({ streams: ['chat'] }), // the server's room
  })
  socket.on('status', (value) => (status.textContent = value === 'open' ? 'online' : 'offline'))
  socket.on('message', (line) => {
    root.querySelector('ul')!.appendChild(document.createElement('li')).textContent = line
  })
  root.querySelector('button')!.onclick = async () => {
    status.title = 'sending'
    await socket.deliver('hello') // resolves when the server has handled it, also after a reconnect
    status.title = 'received'
  }
  return () => socket.dispose()
}

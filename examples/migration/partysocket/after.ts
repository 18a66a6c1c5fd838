import { createWebSocket } from '@holdfast/core'

export const startChat = (url: string, root: HTMLElement) => {
  root.innerHTML = '<p>offline</p><ul></ul><button>Send</button>'
  const socket = createWebSocket<string>(url, {
    reconnect: { maxAttempts: 5, delay: () => 3000 },
    heartbeat: true,
  })
  socket.on('status', (status) => (root.querySelector('p')!.textContent = status === 'open' ? 'online' : 'offline'))
  socket.on('message', (text) => {
    root.querySelector('ul')!.appendChild(document.createElement('li')).textContent = text
  })
  root.querySelector('button')!.onclick = () => socket.send('hello')
  return () => socket.dispose()
}

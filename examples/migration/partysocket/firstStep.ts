import { WebSocket } from '@holdfast/core/reconnecting-websocket'

export const startChat = (url: string, root: HTMLElement) => {
  root.innerHTML = '<p>offline</p><ul></ul><button>Send</button>'
  const socket = new WebSocket(url, [], { minReconnectionDelay: 3000, maxReconnectionDelay: 3000, maxRetries: 5 })
  socket.addEventListener('open', () => (root.querySelector('p')!.textContent = 'online'))
  socket.addEventListener('close', () => (root.querySelector('p')!.textContent = 'offline'))
  socket.addEventListener('message', (event) => {
    root.querySelector('ul')!.appendChild(document.createElement('li')).textContent = event.data
  })
  root.querySelector('button')!.onclick = () => socket.send('hello')
  return () => socket.close()
}

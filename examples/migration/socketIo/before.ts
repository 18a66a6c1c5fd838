import { io } from 'socket.io-client'

export const startChat = (url: string, root: HTMLElement) => {
  root.innerHTML = '<p>offline</p><ul></ul><button>Send</button>'
  const status = root.querySelector('p')!
  const socket = io(url, { transports: ['websocket'], forceNew: true })
  socket.on('connect', () => (status.textContent = 'online'))
  socket.on('disconnect', () => (status.textContent = 'offline'))
  socket.on('line', (line: string) => {
    root.querySelector('ul')!.appendChild(document.createElement('li')).textContent = line
  })
  root.querySelector('button')!.onclick = () => {
    status.title = 'sending'
    socket.emit('say', 'hello', () => (status.title = 'received'))
  }
  return () => void socket.disconnect()
}

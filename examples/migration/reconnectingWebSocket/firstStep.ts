import ReconnectingWebSocket from '@holdfast/core/reconnecting-websocket'

export const startChat = (url: string, root: HTMLElement) => {
  root.innerHTML = '<p>offline</p><ul></ul><button>Send</button>'
  const socket = new ReconnectingWebSocket(url, [], {
    minReconnectionDelay: 3000,
    maxReconnectionDelay: 3000,
    maxRetries: 5,
  })
  socket.onopen = () => (root.querySelector('p')!.textContent = 'online')
  socket.onclose = () => (root.querySelector('p')!.textContent = 'offline')
  socket.onmessage = ({ data }) => {
    root.querySelector('ul')!.appendChild(document.createElement('li')).textContent = data
  }
  root.querySelector('button')!.onclick = () => socket.send('hello')
  return () => socket.close()
}

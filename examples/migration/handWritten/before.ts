/** The class that many applications contain in this form, with its usual names. */

const INTERVAL = 3000
const HEARTBEAT = 25_000
const LIMIT = 5

class Socket {
  ws: WebSocket | undefined
  lockReconnect = false
  isClosedByUser = false
  attempts = 0
  reconnectTimer: ReturnType<typeof setTimeout> | undefined
  heartCheckTimer: ReturnType<typeof setTimeout> | undefined
  onmessage: (text: string) => void = () => undefined
  onstate: (isOpen: boolean) => void = () => undefined
  url: string

  constructor(url: string) {
    this.url = url
    this.connect()
  }

  // #region connect
  connect() {
    this.ws = new WebSocket(this.url)
    this.ws.onopen = () => {
      this.attempts = 0
      this.onstate(true)
      this.heartCheckReset()
    }
    this.ws.onmessage = (event) => {
      this.heartCheckReset()
      if (event.data !== 'pong') this.onmessage(event.data)
    }
    this.ws.onclose = () => {
      this.onstate(false)
      this.reconnect()
    }
    this.ws.onerror = () => this.reconnect()
  }
  // #endregion connect

  // #region reconnect
  reconnect() {
    clearTimeout(this.heartCheckTimer)
    if (this.lockReconnect || this.isClosedByUser || this.attempts >= LIMIT) return
    this.lockReconnect = true
    this.attempts++
    this.reconnectTimer = setTimeout(() => {
      this.connect()
      this.lockReconnect = false
    }, INTERVAL)
  }
  // #endregion reconnect

  // #region heartbeat
  heartCheckReset() {
    clearTimeout(this.heartCheckTimer)
    this.heartCheckTimer = setTimeout(() => {
      this.ws?.send('ping')
      // No message within this time: the connection is dead.
      this.heartCheckTimer = setTimeout(() => this.ws?.close(), HEARTBEAT)
    }, HEARTBEAT)
  }
  // #endregion heartbeat

  // #region send
  send(text: string) {
    if (this.ws?.readyState === WebSocket.OPEN) this.ws.send(text)
  }
  // #endregion send

  // #region close
  close() {
    this.isClosedByUser = true
    clearTimeout(this.reconnectTimer)
    clearTimeout(this.heartCheckTimer)
    this.ws?.close()
  }
  // #endregion close
}

export const startChat = (url: string, root: HTMLElement) => {
  root.innerHTML = '<p>offline</p><ul></ul><button>Send</button>'
  const socket = new Socket(url)
  socket.onstate = (isOpen) => (root.querySelector('p')!.textContent = isOpen ? 'online' : 'offline')
  socket.onmessage = (text) => {
    root.querySelector('ul')!.appendChild(document.createElement('li')).textContent = text
  }
  root.querySelector('button')!.onclick = () => socket.send('hello')
  return () => socket.close()
}

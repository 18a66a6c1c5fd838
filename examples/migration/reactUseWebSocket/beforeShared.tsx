import useWebSocket, { ReadyState } from 'react-use-websocket'

const useChat = () => useWebSocket('wss://example.org/chat', { share: true, shouldReconnect: () => true })

export function Header() {
  const { readyState } = useChat()
  return <h1>{readyState === ReadyState.OPEN ? 'online' : 'offline'}</h1>
}

export function LastLine() {
  const { lastMessage } = useChat()
  return <p>{lastMessage?.data}</p>
}

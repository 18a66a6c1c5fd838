import { useWebSocket } from '@holdfast/react'
import { createRoot } from 'react-dom/client'

function App() {
  const { status, lastMessage, send } = useWebSocket('wss://example.org', { heartbeat: true })
  return (
    <button onClick={() => send('hello')}>
      {status} {String(lastMessage)}
    </button>
  )
}

createRoot(document.getElementById('app') as HTMLElement).render(<App />)

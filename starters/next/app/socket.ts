import { createWebSocket, json } from '@holdfast/react'

export interface Line {
  id: string
  text: string
}

const url = process.env.NEXT_PUBLIC_SOCKET_URL ?? 'ws://localhost:8080/'

// A new token for each connection: the previous one may have expired.
const fetchToken = async (signal: AbortSignal): Promise<string> => {
  const response = await fetch('/token', { method: 'POST', signal })
  if (!response.ok) throw new Error(`no token: ${response.status}`)
  return response.text()
}

// `lazy`: the server imports this module, too, and must not connect.
export const chat = createWebSocket(async ({ signal }) => `${url}?token=${await fetchToken(signal)}`, {
  lazy: true,
  history: 100,
  heartbeat: true, // the server answers 'ping' with 'pong'
  codec: json<Line, Pick<Line, 'text'>>(),
})

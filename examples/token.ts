import { createWebSocket } from '@holdfast/core'

const ticket = async (signal: AbortSignal): Promise<string> => {
  const response = await fetch('/ticket', { method: 'POST', signal })
  if (!response.ok) throw new Error(`no ticket: ${response.status}`)
  return response.text()
}

export const live = createWebSocket(async ({ signal }) => `wss://example.org/live?ticket=${await ticket(signal)}`)

/** A connection for WebDriver BiDi (https://w3c.github.io/webdriver-bidi/): numbered commands with a result each. */

import { once } from 'node:events'
import { WebSocket } from 'ws'

export interface BidiConnection {
  send<Result = unknown>(method: string, params?: object): Promise<Result>
  close(): void
}

interface Answer {
  id?: number
  type: 'success' | 'error' | 'event'
  result?: unknown
  error?: string
  message?: string
}

export async function connectBidi(url: string): Promise<BidiConnection> {
  const socket = new WebSocket(url)
  const pending = new Map<number, { resolve: (result: never) => void; reject: (error: Error) => void }>()
  let lastId = 0
  socket.on('message', (data: Buffer) => {
    const { id, type, result, error, message } = JSON.parse(data.toString()) as Answer
    const command = pending.get(id ?? 0)
    if (!command) return
    pending.delete(id!)
    if (type === 'success') command.resolve(result as never)
    else command.reject(new Error(`${error}: ${message}`))
  })
  socket.on('close', () => {
    for (const { reject } of pending.values()) reject(new Error('the browser has closed its BiDi connection'))
  })
  await once(socket, 'open')
  return {
    send: (method, params = {}) =>
      new Promise((resolve, reject) => {
        pending.set(++lastId, { resolve, reject })
        socket.send(JSON.stringify({ id: lastId, method, params }))
      }),
    close: () => socket.close(),
  }
}

import { createWebSocket, json, type SessionClient } from '@holdfast/core'
import { NotSentError, RefusedError, UnknownOutcomeError, session } from '@holdfast/core/recovery'

export interface Order {
  id: string
  pieces: number
}

export const openOrders = (url: string, getToken: (refresh: boolean) => Promise<string>) =>
  createWebSocket(url, {
    codec: json<Order, Order>(),
    session: session({ token: ({ refresh }) => getToken(refresh), streams: ['orders'] }),
  })

export async function place(orders: SessionClient<Order, Order>, order: Order): Promise<string> {
  try {
    await orders.deliver(order, { idempotencyKey: order.id })
    return 'placed'
  } catch (error) {
    if (error instanceof NotSentError) return 'not placed'
    if (error instanceof RefusedError) return `refused: ${error.reason}`
    if (error instanceof UnknownOutcomeError) return 'unknown' // ask the server before the order is sent again
    throw error
  }
}

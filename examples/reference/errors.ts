import { EncodeError, HeartbeatUnansweredError, type WebSocketClient } from '@holdfast/core'

interface Order {
  id: string
}

export const report = (client: WebSocketClient<Order, Order>, log: (text: string) => void) =>
  client.on('error', (error) => {
    if (error instanceof HeartbeatUnansweredError) log('the server does not support the heartbeat: change the options')
    else log(`${error.name}: ${error.message}`)
  })

export const place = (client: WebSocketClient<Order, Order>, order: Order): string => {
  try {
    return client.send(order)
  } catch (error) {
    if (error instanceof EncodeError) return 'not JSON' // nothing was queued
    throw error
  }
}

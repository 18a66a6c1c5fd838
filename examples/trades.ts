import { createWebSocket, json } from '@holdfast/core'

export interface Trade {
  symbol: string
  price: number
}

export const trades = createWebSocket('wss://example.org/trades', { lazy: true, codec: json<Trade, never>() })

/** Ways to read messages. `guide.test.ts` runs it. */

import { type Schema, createWebSocket, json } from '@holdfast/core'

// #region dispatch
type Incoming =
  | { type: 'price'; symbol: string; price: number }
  | { type: 'notice'; text: string }

export const connectToMarket = (
  url: string,
  prices: Map<string, number>,
  notify: (text: string) => void,
) =>
  createWebSocket<Incoming, never>(url, {
    codec: json(),
    onMessage: (message) => {
      switch (message.type) {
        case 'price':
          return void prices.set(message.symbol, message.price)
        case 'notice':
          return notify(message.text)
      }
    },
  })
// #endregion dispatch

// #region schema
interface Price {
  symbol: string
  price: number
}

// With Zod: z.object({ symbol: z.string(), price: z.number() })
const priceSchema: Schema<Price> = {
  '~standard': {
    validate: (value) => {
      const { symbol, price } = Object(value) as Partial<
        Record<string, unknown>
      >
      return typeof symbol === 'string' && typeof price === 'number'
        ? { value: { symbol, price } }
        : { issues: [{ message: 'expected symbol and price' }] }
    },
  },
}

export const connectToPrices = (url: string, report: (error: Error) => void) =>
  createWebSocket(url, {
    codec: json({ incoming: priceSchema }),
    // A DecodeError: that message is skipped, and the connection stays open.
    onError: (error) => report(error),
  })
// #endregion schema

// #region iterate
export const firstPrices = async (url: string, count: number) => {
  using client = createWebSocket(url, {
    codec: json({ incoming: priceSchema }),
  }) // disposed at the end of the function
  const prices: number[] = []
  for await (const { price } of client.messages())
    if (prices.push(price) === count) break
  return prices
}
// #endregion iterate

import { useMessages } from '@holdfast/react'
import { memo } from 'react'
import { type Trade, trades } from './trades.ts'

const Row = memo(({ trade }: { trade: Trade }) => (
  <li>
    {trade.symbol} {trade.price.toFixed(2)}
  </li>
))

export function ReactTrades({ least = 0 }) {
  const { messages, clear } = useMessages(trades, {
    limit: 500, // the newest messages; default 1000
    select: (trade) => (trade.price >= least ? trade : undefined), // filters and maps
  })
  return (
    <>
      <button onClick={clear}>Clear</button>
      <ul>
        {messages.map(({ key, message }) => (
          <Row key={key} trade={message} />
        ))}
      </ul>
    </>
  )
}

import { useMessages } from '@holdfast/react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, useCallback, useRef } from 'react'
import { type Trade, trades } from './trades.ts'

const Row = memo(({ trade }: { trade: Trade }) => (
  <>
    {trade.symbol} {trade.price.toFixed(2)}
  </>
))

export function ReactTradeLog() {
  const { messages } = useMessages(trades, { limit: 10_000 })
  const scroller = useRef<HTMLDivElement>(null)
  // oxlint-disable-next-line react/incompatible-library -- this file is not compiled by the React Compiler
  const rows = useVirtualizer({
    count: messages.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 24,
    getItemKey: useCallback((index: number) => messages[index]!.key, [messages]),
  })
  return (
    <div ref={scroller} style={{ height: 240, overflow: 'auto' }}>
      <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map(({ key, index, start }) => (
          <div key={key} role="row" style={{ position: 'absolute', top: start, height: 24 }}>
            <Row trade={messages[index]!.message} />
          </div>
        ))}
      </div>
    </div>
  )
}

import { createWebSocket, json } from '@holdfast/core'
import { session } from '@holdfast/core/recovery'

export interface Line {
  from: string
  text: string
}

export const rooms = createWebSocket('wss://example.org/hub', {
  lazy: true, // connected while a component that uses it is mounted
  codec: json<Line, Line>(),
  session: session(),
})

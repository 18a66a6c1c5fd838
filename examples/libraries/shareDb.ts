import { ReconnectingWebSocket } from '@holdfast/core/reconnecting-websocket'
import { Connection } from 'sharedb/lib/client/index.js'
import type { Socket } from 'sharedb/lib/sharedb.js'
import { TIMES } from './times.ts'

/** Keeps the text of a document in step with the server. */
export const connect = (url: string, onText: (text: string) => void, { interval, timeout, retry } = TIMES) => {
  const socket = new ReconnectingWebSocket(url, [], {
    minReconnectionDelay: retry,
    // ShareDB sends unconfirmed operations again by itself.
    maxEnqueuedMessages: 0,
    // A ping of ShareDB's protocol, which the server answers.
    heartbeat: { message: '{"a":"pp"}', interval, timeout },
  })
  // A cast, because the types of ShareDB exclude handlers that are null. The platform's class needs it too.
  const connection = new Connection(socket as Socket)
  const doc = connection.get('texts', 'news')
  const report = (): void => {
    if (doc.data) onText(doc.data.text)
  }
  doc.on('op', report)
  doc.subscribe(report)
  return {
    setText: (text: string) => doc.submitOp([{ p: ['text'], od: doc.data.text, oi: text }]),
    close: () => connection.close(),
  }
}

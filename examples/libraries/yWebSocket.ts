import { OneShotWebSocket } from '@holdfast/core/reconnecting-websocket'
import { createEncoder, toUint8Array, writeVarUint } from 'lib0/encoding'
import { writeSyncStep1 } from 'y-protocols/sync'
import { WebsocketProvider, messageSync } from 'y-websocket'
import * as Y from 'yjs'
import { TIMES } from './times.ts'

/** The question of the Yjs protocol which updates are missing here. The server answers also if there are none. */
const askForUpdates = (doc: Y.Doc): Uint8Array<ArrayBuffer> => {
  const encoder = createEncoder()
  writeVarUint(encoder, messageSync)
  writeSyncStep1(encoder, doc)
  return toUint8Array(encoder)
}

/** Keeps the text of a Yjs document in step with the other clients. */
export const connect = (url: string, onText: (text: string) => void, { interval, timeout, retry } = TIMES) => {
  const doc = new Y.Doc()
  const values = doc.getMap<string>('values')
  values.observe(() => onText(values.get('text') ?? ''))
  const provider = new WebsocketProvider(url, 'news', doc, {
    // y-websocket itself detects a dead connection after 30 s.
    WebSocketPolyfill: OneShotWebSocket.with({
      heartbeat: { message: () => askForUpdates(doc), interval, timeout },
    }),
    maxBackoffTime: retry,
  })
  return {
    setText: (text: string) => void values.set('text', text),
    close: () => {
      provider.destroy()
      doc.destroy()
    },
  }
}

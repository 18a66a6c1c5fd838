import { HocuspocusProvider, HocuspocusProviderWebsocket, MessageType } from '@hocuspocus/provider'
import { OneShotWebSocket } from '@holdfast/core/reconnecting-websocket'
import { createEncoder, toUint8Array, writeVarString, writeVarUint } from 'lib0/encoding'
import * as Y from 'yjs'
import { TIMES } from './times.ts'

/** The question of Hocuspocus's protocol which users are present. The server answers also if there are none. */
const askForAwareness = (documentName: string): Uint8Array<ArrayBuffer> => {
  const encoder = createEncoder()
  writeVarString(encoder, documentName)
  writeVarUint(encoder, MessageType.QueryAwareness)
  return toUint8Array(encoder)
}

/** Keeps the text of a Yjs document in step with the other clients. */
export const connect = (url: string, onText: (text: string) => void, { interval, timeout, retry } = TIMES) => {
  const document = new Y.Doc()
  const values = document.getMap<string>('values')
  values.observe(() => onText(values.get('text') ?? ''))
  const websocketProvider = new HocuspocusProviderWebsocket({
    url,
    // Hocuspocus itself detects a dead connection after 30 s.
    WebSocketPolyfill: OneShotWebSocket.with({
      heartbeat: { message: askForAwareness('news'), interval, timeout },
    }),
    delay: retry,
    minDelay: retry,
    maxDelay: 10 * retry,
  })
  const provider = new HocuspocusProvider({ websocketProvider, name: 'news', document })
  provider.attach()
  return {
    setText: (text: string) => void values.set('text', text),
    close: () => {
      provider.destroy()
      websocketProvider.destroy()
      document.destroy()
    },
  }
}

import { ReconnectingWebSocket } from '@holdfast/core/reconnecting-websocket'
import { createMergeableStore } from 'tinybase'
import { createWsSynchronizer } from 'tinybase/synchronizers/synchronizer-ws-client'
import { TIMES } from './times.ts'

/** Keeps the text of a store in step with the other clients. */
export const connect = async (url: string, onText: (text: string) => void, times = TIMES) => {
  const { interval, timeout, retry, request } = times
  const store = createMergeableStore()
  store.addValueListener('text', (_store, _id, text) => onText(String(text)))
  const socket = new ReconnectingWebSocket(url, 'tinybase', {
    minReconnectionDelay: retry,
    // TinyBase has no ping, so the server sends this message at least once per interval. The store does not receive it.
    heartbeat: { message: null, isReply: 'alive', interval, timeout },
  })
  await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }))
  // With the subprotocol and the name of a channel, TinyBase 10 uses the next connection too. Without them it stops at the first close.
  // By default TinyBase gives up a request after 1 s, and does not exchange anything until the next `open`. A slow network needs longer.
  const synchronizer = await createWsSynchronizer(store, socket, 'news', request / 1000)
  await synchronizer.startSync()
  // What was changed during an outage is exchanged at the next `open`.
  socket.addEventListener('open', () => void synchronizer.load().then(() => synchronizer.save()))
  return {
    setText: (text: string) => void store.setValue('text', text),
    close: () => synchronizer.destroy(),
  }
}

import { type EnvironmentEvent, createWebSocket } from '@holdfast/core'
import type { FromWorker, ToWorker } from './messages.ts'

const post = (message: FromWorker) => postMessage(message)

// #region environment
// A worker has no document. The page reports its events and its state.
const page = { isOnline: true, isHidden: false }
const listeners = new Set<(event: EnvironmentEvent) => void>()
const environment = {
  online: () => page.isOnline,
  hidden: () => page.isHidden,
  subscribe: (listener: (event: EnvironmentEvent) => void) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  },
}
// #endregion environment

let url = ''
const chat = createWebSocket<string>(() => url, { immediate: false, environment })
chat.on('status', (status) => post({ type: 'status', status, retryAt: chat.get().retryAt }))
chat.on('message', (message) => post({ type: 'message', message })) // filter, parse and collect here: the page gets the result

addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  if (data.type === 'open') {
    url = data.url
    chat.open()
  } else if (data.type === 'send') {
    chat.send(data.message)
  } else {
    Object.assign(page, { isOnline: data.isOnline, isHidden: data.isHidden })
    for (const listener of [...listeners]) listener(data.event)
  }
})

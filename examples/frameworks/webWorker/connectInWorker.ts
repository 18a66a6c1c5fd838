import type { EnvironmentEvent } from '@holdfast/core'
import type { FromWorker, ToWorker } from './messages.ts'

export const connectInWorker = (url: string, show: (message: FromWorker) => void) => {
  const worker = new Worker(new URL('./chat.worker.ts', import.meta.url), { type: 'module' })
  const post = (message: ToWorker) => worker.postMessage(message)
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => show(data)

  const report = (event: EnvironmentEvent) =>
    post({ type: 'environment', event, isOnline: navigator.onLine, isHidden: document.hidden })
  const end = new AbortController()
  const { signal } = end
  addEventListener('online', () => report('online'), { signal })
  addEventListener('offline', () => report('offline'), { signal })
  addEventListener('pageshow', () => report('wake'), { signal })
  addEventListener('pagehide', () => report('hide'), { signal })
  document.addEventListener('visibilitychange', () => report(document.hidden ? 'hidden' : 'wake'), { signal })

  report(document.hidden ? 'hidden' : 'wake')
  post({ type: 'open', url })
  return {
    send: (message: string) => post({ type: 'send', message }),
    close: () => {
      end.abort()
      worker.terminate() // also ends its connection
    },
  }
}

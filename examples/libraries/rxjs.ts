import { OneShotWebSocket } from '@holdfast/core/reconnecting-websocket'
import { repeat, retry as retryAfterError } from 'rxjs'
import { webSocket } from 'rxjs/webSocket'
import { TIMES } from './times.ts'

/** Receives texts from a server that answers `ping` with `pong`. */
export const connect = (url: string, onText: (text: string) => void, { interval, timeout, retry } = TIMES) => {
  const subscription = webSocket<string>({
    url,
    WebSocketCtor: OneShotWebSocket.with({ heartbeat: { message: 'ping', isReply: 'pong', interval, timeout } }),
  })
    .pipe(retryAfterError({ delay: retry }), repeat({ delay: retry })) // `repeat`: the server has closed cleanly
    .subscribe(onText)
  return { close: () => subscription.unsubscribe() }
}

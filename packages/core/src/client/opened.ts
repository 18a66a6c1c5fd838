/** `opened()`: a promise of an open connection. It leaves no listener and no timer. */

import { type Clock, isTime, setTimer } from '../base/clock.ts'
import { ConnectTimeoutError, DialError, check } from '../base/errors.ts'
import { untilAborted } from '../base/listeners.ts'
import type { OpenInfo } from '../engine/lifecycleEvents.ts'
import type { Status } from '../engine/machine.ts'
import type { Emitter } from '../state/emitter.ts'
import type { CloseInfo } from '../transport/closeCodes.ts'

export interface OpenedOptions {
  /** Rejects with the reason of the signal. */
  signal?: AbortSignal | undefined
  /** Rejects with ConnectTimeoutError after so many ms. @default Infinity */
  timeout?: number | undefined
}

/** What `opened()` needs of the client. */
export interface OpenedHost {
  readonly clock: Clock
  readonly isDisposed: boolean
  readonly emitter: Pick<Emitter, 'onAny'>
  readonly engine: {
    readonly snapshot: { readonly status: Status; readonly lastClose: CloseInfo | undefined }
    /** Of the open connection. */
    readonly openInfo: OpenInfo
    readonly expectsConnection: boolean
  }
  /** Called after `close()`, because no event follows where the client is closed already. */
  opening: Set<() => void> | undefined
}

/** Resolves when the connection is open. Rejects when the client is closed and does not dial again by itself, or is disposed. */
export const waitUntilOpen = (
  host: OpenedHost,
  { signal, timeout = Infinity }: OpenedOptions = {},
): Promise<OpenInfo> => {
  const { clock, emitter, engine } = host
  let stop = (): void => {}
  const opened = new Promise<OpenInfo>((resolve, reject) => {
    check('timeout', timeout, isTime(timeout), 'a number from 0')
    const fail = (): void => {
      const { lastClose } = engine.snapshot
      reject(new DialError('the client is closed', { cause: lastClose?.error ?? lastClose }))
    }
    const settle = (): void => {
      const { status } = engine.snapshot
      if (host.isDisposed || (status === 'closed' && !engine.expectsConnection)) fail()
      else if (status === 'open') resolve(engine.openInfo)
    }
    const opening = (host.opening ??= new Set())
    opening.add(settle)
    const removeListener = emitter.onAny((type, value) => {
      if (type === 'open') resolve(value as OpenInfo)
      else if (type === 'dispose' || (type === 'status' && value === 'closed')) fail()
    })
    const timer =
      timeout < Infinity &&
      setTimer(clock, () => reject(new ConnectTimeoutError(`not open within ${timeout} ms`)), timeout)
    stop = untilAborted(
      signal,
      () => {
        removeListener()
        opening.delete(settle)
        clock.clearTimeout(timer)
      },
      reject,
    )
    settle()
  })
  return opened.finally(stop)
}

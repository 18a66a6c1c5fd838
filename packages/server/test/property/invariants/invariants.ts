/** Observes a simulation from outside and checks the promises of PROTOCOL.md. A broken promise is a violation. */

import { UNAVAILABLE } from '../simulation/delayedStore.ts'
import { type DeliveryInvariants, createDeliveryInvariants } from './deliveryInvariants.ts'
import { type StreamInvariants, createStreamInvariants } from './streamInvariants.ts'
import { type WireInvariants, createWireInvariants } from './wireInvariants.ts'

export interface Invariants {
  readonly violations: readonly string[]
  readonly wire: WireInvariants
  readonly streams: StreamInvariants
  readonly deliveries: DeliveryInvariants
  violate(text: string): void
  /** The client emitted `open`. */
  opened(at: number): void
  /** The client emitted a status. */
  status(status: string): void
  crashed(nodes: readonly object[], isStoreLost: boolean): void
  /** @param wasDown whether the store was down since the deadline of a handshake that ends now began */
  serverError(error: Error, wasDown: boolean): void
  /** Checks everything when nothing is in flight any more. */
  checkAtRest(): void
}

export const createInvariants = (): Invariants => {
  const violations: string[] = []
  const violate = (text: string): void => void violations.push(text)
  const wire = createWireInvariants(violate)
  const streams = createStreamInvariants(violate)
  const deliveries = createDeliveryInvariants(violate, () => wire.session().sid)
  let currentStatus = ''
  return {
    violations,
    wire,
    deliveries,
    streams: {
      ...streams,
      received: (stream, offset, message) => {
        if (!wire.isFromNewestLink())
          violate(`S4: ${offset} of ${stream} was received from a link that the client had given up`)
        streams.received(stream, offset, message)
      },
    },
    violate,
    opened: (at) => {
      streams.opened(at)
      if (!wire.isWelcomed()) violate('S3: open was announced before the welcome')
    },
    status: (status) => {
      currentStatus = status
    },
    crashed: (nodes, isStoreLost) => {
      deliveries.crashed(nodes, isStoreLost)
      if (isStoreLost) streams.storeLost()
    },
    serverError: ({ message }, wasDown) => {
      const isLateHandshake = wasDown && /^hello: no longer waits after 10000 ms for /.test(message)
      if (message !== UNAVAILABLE && !isLateHandshake) violate(`the server reported: ${message}`)
    },
    checkAtRest: () => {
      if (currentStatus !== 'open') violate(`did not reconnect: ${currentStatus}`)
      deliveries.checkAtRest()
      streams.checkAtRest()
    },
  }
}

/** The address of a client, for the events and bounds of a hub. */

import type { IncomingMessage } from 'node:http'
import { isIPv6 } from 'node:net'
import { describe } from '../errors.ts'
import { type CallbackContext, callbackError, ignoreRejection, reportAnswer } from './callbacks.ts'

/** An address that a proxy passes on is text from outside, so it is bounded. */
const LONGEST_ADDRESS = 256

/** The address of the connection. IPv4 clients of an IPv6 socket have the prefix `::ffff:`. */
const peerAddress = ({ socket }: IncomingMessage): string =>
  (socket as IncomingMessage['socket'] | undefined)?.remoteAddress?.replace(/^::ffff:(?=\d+\.)/, '') ?? ''

/**
 * Returns the address by the function of the application, or that of the connection. A function that fails must neither lift a bound
 * nor stop the hub, so the address of the connection is used then.
 */
export const addressOf = (
  context: CallbackContext,
  read: ((request: IncomingMessage) => string) | undefined,
  request: IncomingMessage,
): string => {
  if (!read) return peerAddress(request)
  const call = { name: 'address', run: () => read(request), request }
  try {
    const answer: unknown = call.run()
    if (typeof answer === 'string' && answer !== '' && answer.length <= LONGEST_ADDRESS) return answer
    ignoreRejection(answer)
    reportAnswer(context, call, `expected a string of 1 to ${LONGEST_ADDRESS} characters, got ${describe(answer)}`)
  } catch (error) {
    context.report(callbackError(call, error))
  }
  return peerAddress(request)
}

/** What one client owns: its IPv4 address, or the first 64 bits of its IPv6 address. */
export const networkOf = (address: string): string => {
  if (!isIPv6(address)) return address
  const [front = [], back = []] = address.split('::').map((part) => part.split(':').filter((group) => group !== ''))
  const zeros = Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => '0')
  return [...front, ...zeros, ...back].slice(0, 4).join(':')
}

// Describes how a connection ended, in words.
import type { CloseInfo } from '@holdfast/core'
import { describeSeconds } from './describeTime.ts'

/** The names of the codes of RFC 6455 and of IANA's registry. */
const codeNames: Readonly<Record<number, string>> = {
  1000: 'normal',
  1001: 'going away',
  1002: 'protocol error',
  1003: 'unsupported data',
  1005: 'no code',
  1006: 'no close frame',
  1007: 'invalid data',
  1008: 'policy violation',
  1009: 'message too big',
  1010: 'missing extension',
  1011: 'server error',
  1012: 'service restart',
  1013: 'try again later',
  1014: 'bad gateway',
}

const causes: Readonly<Record<CloseInfo['cause'], string>> = {
  user: ', by this page',
  server: ', by the server',
  network: ', by the network',
  heartbeat: ': the server did not answer a ping in time',
  timeout: ': connecting took too long',
  provider: ': the function that returns the URL failed',
  exhausted: ': all attempts are used',
  auth: ': the server refused the token',
}

/** The code, the reason and the cause of a close, in one line. */
export function describeClose({ code, reason, cause, final }: CloseInfo): string {
  const name = cause === 'heartbeat' ? 'heartbeat timeout' : codeNames[code]
  const wait = announcedWait(reason)
  const text = wait ? `: ${wait}` : `${reason && ` “${reason}”`}${causes[cause]}`
  return `${code}${name ? ` ${name}` : ''}${text}${final ? '; no further attempt' : ''}`
}

/** The wait that the hub announces as a close reason, `{"in":[min,max]}` in ms. */
function announcedWait(reason: string): string | undefined {
  const [, min, max] = /^\{"in":\[(\d{1,9}),(\d{1,9})\]\}$/.exec(reason) ?? []
  return (
    min &&
    max &&
    `the server asked to reconnect in ${describeSeconds(Number(min))} to ${describeSeconds(Number(max))} s`
  )
}

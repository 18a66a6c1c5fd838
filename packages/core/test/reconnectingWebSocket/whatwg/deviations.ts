/** Where the class of a platform does not follow the standard. Ours does, unless it inherits the behaviour. */

import type { Engine } from '../../browser/support/page.ts'

export interface Deviation {
  readonly reason: string
  /** What the class of the platform does. */
  readonly platform: unknown
  /** Ours uses the part of the platform that deviates. */
  readonly isInherited?: boolean
}

const truncates = 'converts a code by truncation, where [Clamp] rounds half to even'

const clamp: Record<string, Deviation> = {
  'close() with 999.5, which rounds to the even number: 1000': { reason: truncates, platform: 'InvalidAccessError' },
  'close() with 2999.5, which rounds to the even number: 3000': { reason: truncates, platform: 'InvalidAccessError' },
  'close() with 3001.5, which rounds to the even number: 3002': { reason: truncates, platform: 3001 },
  'close() with 4998.6: 4999': { reason: truncates, platform: 4998 },
  'close() with 1000.6: InvalidAccessError': { reason: truncates, platform: 1000 },
  'close() with 4999.5, which rounds to the even number: InvalidAccessError': { reason: truncates, platform: 4999 },
}

const framing = 'counts the header and the mask of a frame that it does not send'
const spaces = 'its URL parser encodes a space in a host'

export const deviations: Record<Engine, Record<string, Deviation>> = {
  chromium: {
    ...clamp,
    'throws a SyntaxError for the URL "ws://foo bar/"': {
      reason: spaces,
      platform: 'ws://foo%20bar/',
      isInherited: true,
    },
    'close() with a long reason without a code: SyntaxError': {
      reason: 'checks an omitted code if there is a reason',
      platform: 'InvalidAccessError',
    },
    'calls capturing listeners first': {
      reason: 'its EventTarget calls the listeners of a target that is not a node in one order',
      platform: ['bubble', 'handler', 'capture'],
      isInherited: true,
    },
  },
  firefox: {
    'resolves the relative URL ""': { reason: 'refuses an empty URL', platform: 'SyntaxError' },
    'resolves against the base element': { reason: 'ignores the base element', platform: 'ws://localhost/chat' },
  },
  webkit: {
    ...clamp,
    'close() with a long reason without a code: SyntaxError': {
      reason: 'ignores a reason without a code',
      platform: [1005, ''],
    },
    'in CLOSING it discards the data, and counts it': { reason: framing, platform: [2, 0, 10, 21, 37, 53] },
    'in CLOSED it discards the data, and counts it without an end': {
      reason: framing,
      platform: [3, 0, 10, 21, 37, 53, 62, 62],
    },
    'counts data that is sent after a failed handshake': { reason: framing, platform: [3, 10] },
    'counts data that is sent while a connecting socket is being closed': { reason: framing, platform: [2, 10, 3, 10] },
  },
}

const passesOn = 'passes small messages to the TCP socket at once, which then has them'
const accepts = 'accepts every kind of buffer'
const oneTask = 'emits in one task what arrived together'

/** Of `ws` and of the `EventTarget` of Node, under our class. Each value is what our class does over them. */
export const nodeDeviations: Record<string, Omit<Deviation, 'isInherited'>> = {
  'throws a TypeError for a SharedArrayBuffer and for a view on one': {
    reason: accepts,
    platform: ['nothing', 'nothing', 'nothing'],
  },
  'throws a TypeError for a resizable ArrayBuffer and for a view on one': {
    reason: accepts,
    platform: ['nothing', 'nothing'],
  },
  'sends nothing of a detached buffer': { reason: 'throws for a detached buffer', platform: 'TypeError' },
  'bufferedAmount counts ASCII text in bytes at once': { reason: passesOn, platform: 0 },
  'bufferedAmount counts text in UTF-8 in bytes at once': { reason: passesOn, platform: 0 },
  'bufferedAmount counts lone surrogates in bytes at once': { reason: passesOn, platform: 0 },
  'bufferedAmount counts an ArrayBuffer in bytes at once': { reason: passesOn, platform: 0 },
  'bufferedAmount counts a part of a buffer in bytes at once': { reason: passesOn, platform: 0 },
  'bufferedAmount counts a Uint32Array in bytes at once': { reason: passesOn, platform: 0 },
  'bufferedAmount adds several messages of one task': { reason: passesOn, platform: [0, 0, 10] },
  'bufferedAmount returns to 0 when all has been sent': { reason: passesOn, platform: [0, 0] },
  'bufferedAmount does not change within a task': { reason: passesOn, platform: 0 },
  'a message has the origin of the URL, and neither source nor ports nor an id': {
    reason: 'has no origin, and Node does not freeze the ports',
    platform: ['0', false, '', null, [], false],
  },
  'the origin has no path, query or user': { reason: 'has no origin', platform: false },
  'a microtask of a message listener runs before the next message': {
    reason: oneTask,
    platform: ['0', '1', '2', 'after 0', 'after 1', 'after 2'],
  },
  'calls capturing listeners first': {
    reason: 'ignores capture',
    platform: ['bubble', 'handler', 'capture'],
  },
}

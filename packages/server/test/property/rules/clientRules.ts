/** Removals of the rules that the client implements. */

import type { RuleRemovalRow } from './ruleRemovals.ts'

const core = 'core/src/'

export const clientRules: readonly RuleRemovalRow[] = [
  [
    'S3',
    'the client announces open before the welcome',
    `${core}session/sessionLink.ts`,
    'if (!this._hasSession) this._open()',
    'this._open()',
  ],
  [
    'S4',
    'the client still reads a link that it has given up',
    `${core}transport/webSocketTransport.ts`,
    'socket.onopen = socket.onmessage = socket.onclose = null',
    'socket.onopen = socket.onclose = null',
    {
      file: `${core}session/sessionLink.ts`,
      find: 'if (isCurrent()) (this._hasSession',
      replace: 'if (true) (this._hasSession',
    },
  ],
  [
    'S2',
    'a late hello of the client ends its own newer link permanently',
    `${core}session/protocol.ts`,
    '&& this._unansweredHellos > 0',
    '&& false',
  ],
  [
    'R5',
    'a loss is not announced by resync',
    `${core}session/protocol.ts`,
    "this.emit('resync', { ...loss, wait: host.clock.random() * (/epoch|none/.test(loss.reason) ? 10_000 : 1000) })",
    'host.clock.random()',
  ],
  [
    'R6',
    'a repeated message is dispatched again',
    `${core}session/streamCursors.ts`,
    '|| offset <= at.offset) return',
    ') return',
  ],
  [
    'R6',
    'a gap is ignored',
    `${core}session/streamCursors.ts`,
    'if (offset > at.offset + 1) return gap(stream, cursor, at)',
    '',
  ],
  [
    'R7',
    'the client tries to close the same gap forever',
    `${core}session/streamCursors.ts`,
    'if (cursor.gap === at) {',
    'if (false) {',
  ],
  [
    'R8',
    'the loss of the last message is not noticed',
    `${core}session/streamCursors.ts`,
    'suspectedGap && suspectedGap === cursor.suspectedGap ?',
    'false ?',
  ],
  ['D3', 'a message that the welcome settles is sent again', `${core}session/deliveries.ts`, 'ack(cseq) // D3', ''],
  [
    'D3',
    'an unacknowledged message is not sent again',
    `${core}session/deliveries.ts`,
    'sender()?.(frame(seq!)) // D3',
    '{ void frame; void seq } //',
  ],
  [
    'D4',
    'messages without a key are sent again in a new session',
    `${core}session/deliveries.ts`,
    'if (seq && !isRemembered && !isSettled) {',
    'if (false) {',
  ],
  [
    'D4',
    'unconfirmed messages are not announced',
    `${core}session/deliveries.ts`,
    'abandon(delivery) // D4',
    'delivery.isSettled = true',
  ],
  [
    'D4',
    'a message with a key is not sent again',
    `${core}session/deliveries.ts`,
    'hasKey && now() - sentAt! < KEY_LIFETIME',
    'false',
  ],
  [
    'D4',
    'a key is trusted forever',
    `${core}session/deliveries.ts`,
    'hasKey && now() - sentAt! < KEY_LIFETIME',
    'hasKey',
  ],
  ['D4', 'a new session continues the old numbers', `${core}session/deliveries.ts`, ': 0 // D4: in', ': lastSeq //'],
  [
    'D5',
    'all messages are in flight at once',
    `${core}session/deliveries.ts`,
    'if (ahead[0] && exceeds(',
    'if (false && exceeds(',
  ],
]

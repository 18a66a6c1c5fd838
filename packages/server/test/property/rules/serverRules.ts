/** Removals of the rules that the server implements. */

import type { RuleRemovalRow } from './ruleRemovals.ts'

const server = 'server/src/'

export const serverRules: readonly RuleRemovalRow[] = [
  [
    'S1',
    'a session is resumed without its key',
    `${server}session/handshake.ts`,
    '!isEqual(hash(key), record.keyHash)',
    'false',
  ],
  [
    'S1',
    'a session is resumed for another user',
    `${server}session/handshake.ts`,
    '!isOwnedBy(user, record, context)',
    'false',
  ],
  [
    'S1',
    'a resuming client is not authenticated',
    `${server}session/session.ts`,
    'await authenticate(context, request, frame.token, { sessionId: frame.sid })',
    "frame.sid ? { user: { id: 'alice' }, refusal: undefined } : await authenticate(context, request, frame.token, { sessionId: frame.sid })",
  ],
  [
    'S2',
    'the older link is not detached before the session is resumed',
    `${server}store/memory/sessions.ts`,
    'await Promise.all([...detaches]',
    'void Promise.all([...detaches]',
  ],
  [
    'S2',
    'running listeners of the older link are not awaited',
    `${server}session/session.ts`,
    'await link.halt() // S2',
    '',
  ],
  [
    'R1',
    'the history is read before the live feed is attached',
    `${server}streams/subscriptions.ts`,
    'await streams.add(subscription) // R1',
    'void streams.add(subscription)',
  ],
  [
    'R1',
    'live messages are not buffered while the history is read',
    `${server}streams/subscription.ts`,
    'buffer.push({ epoch, message, frame })',
    'buffer.length = 0',
  ],
  [
    'R2',
    'a replay may start late',
    `${server}protocol/decideResume.ts`,
    "if (messages.length > 0 && first !== pos.offset + 1) return 'trimmed'",
    '',
  ],
  [
    'R2',
    'a replay may end early',
    `${server}protocol/decideResume.ts`,
    'if (last !== top.offset) return',
    'if (false) return',
  ],
  [
    'R3',
    'a stream is resumed into another epoch',
    `${server}protocol/decideResume.ts`,
    "if (pos.epoch !== top.epoch) return 'epoch'",
    '',
  ],
  [
    'R3',
    'each life of a counter has the same epoch',
    `${server}store/memory/streams.ts`,
    "randomBytes(9).toString('base64url')",
    "'epoch'",
  ],
  [
    'R4',
    'a position ahead of the top is resumed',
    `${server}protocol/decideResume.ts`,
    "if (pos.offset > top.offset) return 'ahead'",
    'if (pos.offset > top.offset) return undefined',
  ],
  [
    'R8',
    'the server sends no positions with its pings',
    `${server}session/session.ts`,
    '...(Object.keys(top).length > 0 && { top })',
    '',
  ],
  ['D1', 'a message is applied again', `${server}session/deliveries.ts`, 'if (seq <= last) {', 'if (seq < 0) {'],
  ['D1', 'a number may be skipped', `${server}session/deliveries.ts`, 'if (seq > last + 1) {', 'if (seq < 0) {'],
  [
    'D2',
    'a message is recorded before it is applied',
    `${server}session/deliveries.ts`,
    'const result = await resultOf(frame)',
    'await store.recordApplied(sessionId, owner, seq)\n      const result = await resultOf(frame)',
  ],
  [
    'D2',
    'a message is acknowledged before it is applied',
    `${server}session/deliveries.ts`,
    'const result = await resultOf(frame)',
    'acknowledge(seq)\n      const result = await resultOf(frame)',
  ],
  [
    'D2',
    'a message is acknowledged but not recorded',
    `${server}session/deliveries.ts`,
    'await retryUntilExpired(context, () => store.recordApplied(sessionId, owner, seq, result)) // D2',
    'true',
  ],
  [
    'D6',
    'a message is applied although its key has a record',
    `${server}session/deliveries.ts`,
    'if (record !== undefined) {',
    'if (false) {',
  ],
]

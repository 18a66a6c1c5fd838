/** Each rule of PROTOCOL.md, taken out by one change of the source: every one must turn some life red. */

import type { Spoiling } from './spoil.ts'

const core = 'core/src/recovery/'
const server = 'server/src/'

const list: readonly (readonly [rule: string, bug: string, file: string, find: string, replace: string])[] = [
  ['S1', 'a session is resumed without its key', `${server}greeting.ts`, '!equal(hash(key), kept.keyHash)', 'false'],
  ['S1', 'a session is resumed for another user', `${server}greeting.ts`, '!owns(setting, user, kept)', 'false'],
  [
    'S1', 'who resumes is not authenticated',
    `${server}session.ts`, 'await identify(setting, request, frame.token, { sid: frame.sid })',
    "frame.sid ? { user: { id: 'alice' }, refusal: undefined } : await identify(setting, request, frame.token, { sid: frame.sid })",
  ],
  ['S2', 'the older link is not waited for', `${server}memorySessions.ts`, 'await Promise.all([...detaches]', 'void Promise.all([...detaches]'],
  ['S2', 'what the older link has begun is not waited for', `${server}session.ts`, 'await work.halt() // S2', ''],
  ['S3', 'open is announced with the hello', `${core}session.ts`, 'return which.platform.send(JSON.stringify(hello))', 'which.platform.send(JSON.stringify(hello)); return which.ready()'],
  ['S4', 'a link that was given up is still heard', `${core}standIn.ts`, 'if (!stand.onclose) release(socket) // S4', '//'],
  ['S2', 'a hello that arrives late ends the newer link for good', `${core}session.ts`, '&& strays > 0 && strays--', '&& false'],
  ['R1', 'the history is read before the live feed is attached', `${server}memberships.ts`, 'await rooms.attach(member) // R1', 'void rooms.attach(member)'],
  ['R1', 'what comes live while the history is read is not kept', `${server}member.ts`, 'buffer.push({ epoch, message, frame })', 'buffer.length = 0'],
  ['R2', 'a replay may begin late', `${server}verdict.ts`, "if (messages.length > 0 && first !== pos.off + 1) return 'trimmed'", ''],
  ['R2', 'a replay may end early', `${server}verdict.ts`, 'if (last !== top.off) return', 'if (false) return'],
  ['R3', 'another epoch is resumed', `${server}verdict.ts`, "if (pos.epoch !== top.epoch) return 'epoch'", ''],
  ['R3', 'every life of a counter has the same epoch', `${server}memoryStreams.ts`, 'randomBytes(9).toString(\'base64url\')', "'epoch'"],
  ['R4', 'a position ahead of the top is resumed', `${server}verdict.ts`, "if (pos.off > top.off) return 'ahead'", "if (pos.off > top.off) return undefined"],
  ['R5', 'what was lost is not told', `${core}session.ts`, "(lost) => lost && port.emit('resync'", "(lost) => false && port.emit('resync'"],
  ['R6', 'what was had already is dispatched again', `${core}positions.ts`, '|| off <= at.off) return', ') return'],
  ['R6', 'a gap is passed over', `${core}positions.ts`, 'if (off > at.off + 1) return gap(stream, place, at)', ''],
  ['R7', 'the same gap is tried for ever', `${core}positions.ts`, 'if (place.gap === at) {', 'if (false) {'],
  ['R8', 'a lost last message is not noticed', `${core}positions.ts`, 'doubt && doubt === place.doubt ?', 'false ?'],
  ['R8', 'the server does not tell where streams are', `${server}session.ts`, '...(Object.keys(top).length > 0 && { top })', ''],
  ['D1', 'what was applied is applied again', `${server}deliveries.ts`, 'if (seq <= last) { // D1', 'if (seq < 0) {'],
  ['D1', 'a number may be left out', `${server}deliveries.ts`, 'if (seq > last + 1) { // D1', 'if (seq < 0) {'],
  ['D2', 'recorded first, applied then', `${server}deliveries.ts`, 'const result = await resultOf(frame)', 'await store.recordApplied(sid, owner, seq)\n      const result = await resultOf(frame)'],
  ['D2', 'acknowledged first, applied then', `${server}deliveries.ts`, 'const result = await resultOf(frame)', 'acknowledge(seq)\n      const result = await resultOf(frame)'],
  ['D2', 'acknowledged, but not recorded', `${server}deliveries.ts`, 'await persist(setting, () => store.recordApplied(sid, owner, seq, result)) // D2', 'true'],
  ['D3', 'what the welcome settles is sent again', `${core}deliveries.ts`, 'ack(cseq) // D3', ''],
  ['D3', 'what is not acknowledged is not sent again', `${core}deliveries.ts`, 'line()?.(frame(seq!)) // D3', '{ void frame; void seq } //'],
  ['D4', 'everything is sent again, blindly, into a new session', `${core}deliveries.ts`, 'if (seq && !known && !done) {', 'if (false) {'],
  ['D4', 'what is uncertain is not told', `${core}deliveries.ts`, 'abandon(delivery) // D4', 'delivery.done = true'],
  ['D4', 'what has a key is not sent again', `${core}deliveries.ts`, 'keyed && now() - since! < RECORD', 'false'],
  ['D4', 'a key is trusted for ever', `${core}deliveries.ts`, 'keyed && now() - since! < RECORD', 'keyed'],
  ['D4', 'a new session goes on with the old numbers', `${core}deliveries.ts`, ': 0 // D4: all', ': last //'],
  ['D5', 'everything is sent at once', `${core}deliveries.ts`, 'if (ahead[0] && full(', 'if (false && full('],
  ['D6', 'the record of a key is not asked', `${server}deliveries.ts`, 'if (record !== undefined) { // D6', 'if (false) {'],
]

export const spoilings: readonly Spoiling[] = list.map(([rule, bug, file, find, replace]) => ({ rule, bug, file, find, replace }))

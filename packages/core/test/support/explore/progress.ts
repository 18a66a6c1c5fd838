/** Progress properties: what must happen. Safety alone would also hold for a machine that does nothing. */

import { type Properties, awaitsReply, failed, hasEffect, isChanged, isDialling, isOneOf } from './step.ts'

export const progress: Properties = {
  'every timer that fires changes the state': (step) => step.event.type !== 'timerFired' || isChanged(step),
  'a dial whose socket opens leads to open, or to onConnect': ({ before, event, after, rules }) =>
    !isDialling(before) ||
    event.type !== 'opened' ||
    (rules.onConnect ? after.timer === 'onConnect' : after.name === 'open'),
  'onConnect that finishes leads to open': ({ event, after }) => event.type !== 'connected' || after.name === 'open',
  'a wait for an attempt ends with a dial': (step) =>
    step.event.type !== 'timerFired' || !isOneOf(step.before.timer, 'retry', 'onlineJitter') || hasEffect(step, 'dial'),
  'each wait begins for its own reason': (step) => {
    const { before, after, event } = step
    if (!isChanged(step) || after.name !== 'waiting') return true
    if (after.timer === 'decision') return before.timer === 'decision' || (failed(step) && event.decision === 'pending')
    if (after.timer === 'onlineJitter')
      return event.type === 'online' ? before.timer === 'retry' || isDialling(before) : before.hint === 'online'
    if (!after.timer) return event.type === 'hide'
    if (before.timer === 'decision') return isOneOf(event.type, 'decision', 'timerFired', 'open', 'reconnect')
    return failed(step) ? event.decision === true : isOneOf(event.type, 'reconnect', 'offline', 'wake')
  },
  'a page that becomes visible ends a wait for an attempt, but not a pending decision': (step) => {
    if (step.event.type !== 'wake' || step.before.name !== 'waiting') return true
    const { timer } = step.before
    return hasEffect(step, 'dial') === (!timer || (timer !== 'decision' && !!step.event.eager))
  },
  'coming online shortens a wait': ({ before, after, event }) =>
    event.type !== 'online' || before.timer !== 'retry' || after.timer === 'onlineJitter',
  'going offline starts a new wait': (step) =>
    step.event.type !== 'offline' || step.before.timer !== 'retry' || hasEffect(step, 'retry'),
  'silence is followed by a ping': ({ before, event, after }) =>
    event.type !== 'timerFired' || before.timer !== 'interval' || awaitsReply(after),
  'a silent connection is probed when the environment changes': (step) =>
    step.before.timer !== 'interval' ||
    !step.event.silent ||
    !isOneOf(step.event.type, 'wake', 'online', 'offline') ||
    hasEffect(step, 'ping'),
  'a received frame ends the wait for a reply': ({ before, event, after }) =>
    event.type !== 'activity' || !awaitsReply(before) || after.timer === 'interval',
  'a ping without a reply ends the connection': (step) =>
    !awaitsReply(step.before) ||
    step.event.type !== 'timerFired' ||
    !!step.event.late ||
    !!step.event.tolerated ||
    (hasEffect(step, 'detach') && hasEffect(step, 'close')),
  'a late deadline keeps the connection': ({ event, after }) => !event.late || after.name === 'open',
  'a missing reply of a server that never replies keeps the connection and its heartbeat': (step) => {
    const { before, event, after, effects } = step
    if (!event.tolerated) return true
    const isSame = after.socket === before.socket && after.attempt === before.attempt && after.waits === before.waits
    return after.name === 'open' && after.timer === 'interval' && isSame && !effects.length
  },
  'a socket that has ended gets one deadline': ({ before, event, after, effects }) =>
    event.type !== 'ended' ||
    before.name !== 'open' ||
    (before.timer === 'closeTimeout'
      ? before === after
      : after.name === 'open' && after.timer === 'closeTimeout' && !effects.length),
  'a socket that has ended stays current until its close event or the deadline, and no longer': (step) => {
    const { before, event, after, effects } = step
    if (before.name !== 'open' || before.timer !== 'closeTimeout') return true
    if (isOneOf(event.type, 'timerFired', 'lost')) return failed(step) && after.name !== 'open'
    return after.name !== 'open' || (after.timer === 'closeTimeout' && !effects.length)
  },
  'closing ends with the close event or the deadline': ({ before, event, after }) =>
    before.name !== 'closing' || !isOneOf(event.type, 'timerFired', 'lost') || after.name === 'closed',
}

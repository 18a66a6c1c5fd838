/** Progress properties: what must happen. Safety alone would also hold for a machine that does nothing. */

import { type Properties, awaitsReply, failed, hasEffect, isChanged, isDialling, isOneOf } from './step.ts'

export const progress: Properties = {
  'every timer that fires changes the state': (step) => step.event.type !== 'timerFired' || isChanged(step),
  'a dial whose socket opens leads to open': ({ before, event, after }) =>
    !isDialling(before) || event.type !== 'opened' || after.name === 'open',
  'a wait for an attempt ends with a dial': (step) =>
    step.event.type !== 'timerFired' || !isOneOf(step.before.timer, 'retry', 'onlineJitter') || hasEffect(step, 'dial'),
  'each wait begins for its own reason': (step) => {
    const { before, after, event } = step
    if (!isChanged(step) || after.name !== 'waiting') return true
    if (after.timer === 'decision') return failed(step) && event.decision === 'pending'
    if (after.timer === 'onlineJitter') return before.timer === 'retry' && event.type === 'online'
    if (!after.timer) return event.type === 'hide'
    if (before.timer === 'decision') return isOneOf(event.type, 'decision', 'timerFired', 'open', 'reconnect')
    return failed(step) ? event.decision === true : isOneOf(event.type, 'reconnect', 'offline')
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
  'a received frame ends the wait for a reply': ({ event, after }) =>
    event.type !== 'activity' || after.timer === 'interval',
  'a ping without a reply ends the connection': (step) =>
    !awaitsReply(step.before) ||
    step.event.type !== 'timerFired' ||
    !!step.event.late ||
    (hasEffect(step, 'detach') && hasEffect(step, 'close')),
  'a late deadline keeps the connection': ({ event, after }) => !event.late || after.name === 'open',
  'closing ends with the close event or the deadline': ({ before, event, after }) =>
    before.name !== 'closing' || !isOneOf(event.type, 'timerFired', 'lost') || after.name === 'closed',
}

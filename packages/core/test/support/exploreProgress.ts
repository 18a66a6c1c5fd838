/** What must go on, in every step in every world: safety alone is also kept by a machine that does nothing. */

import { type Properties, awaits, changed, dialling, did, failed, one } from './exploreStep.ts'

export const progress: Properties = {
  'no timer falls timerFired in vain': (step) => step.event.type !== 'timerFired' || changed(step),
  'a dial that opens is open': ({ before, event, after }) =>
    !dialling(before) || event.type !== 'opened' || after.name === 'open',
  'what is waited for is dialled': (step) =>
    step.event.type !== 'timerFired' || !one(step.before.timer, 'retry', 'onlineJitter') || did(step, 'dial'),
  'waits for what it was told to wait for': (step) => {
    const { before, after, event } = step
    if (!changed(step) || after.name !== 'waiting') return true
    if (after.timer === 'decision') return failed(step) && event.decision === 'pending'
    if (after.timer === 'onlineJitter') return before.timer === 'retry' && event.type === 'online'
    if (!after.timer) return event.type === 'hide'
    if (before.timer === 'decision') return one(event.type, 'decision', 'timerFired', 'open', 'reconnect')
    return failed(step) ? event.decision === true : one(event.type, 'reconnect', 'offline')
  },
  'a page that is seen again hastens a wait, but no decision': (step) => {
    if (step.event.type !== 'wake' || step.before.name !== 'waiting') return true
    const { timer } = step.before
    return did(step, 'dial') === (!timer || (timer !== 'decision' && !!step.event.eager))
  },
  'coming online shortens a wait': ({ before, after, event }) =>
    event.type !== 'online' || before.timer !== 'retry' || after.timer === 'onlineJitter',
  'going offline draws the wait afresh': (step) =>
    step.event.type !== 'offline' || step.before.timer !== 'retry' || did(step, 'retry'),
  'silence is asked about': ({ before, event, after }) =>
    event.type !== 'timerFired' || before.timer !== 'interval' || awaits(after),
  'probes a silent link when the environment change': (step) =>
    step.before.timer !== 'interval' ||
    !step.event.silent ||
    !one(step.event.type, 'wake', 'online', 'offline') ||
    did(step, 'ping'),
  'after hearing, no answer is waited for': ({ event, after }) =>
    event.type !== 'activity' || after.timer === 'interval',
  'a ping ends in heard or lost': (step) =>
    !awaits(step.before) ||
    step.event.type !== 'timerFired' ||
    !!step.event.late ||
    (did(step, 'detach') && did(step, 'close')),
  'a deadline that is late kills nothing': ({ event, after }) => !event.late || after.name === 'open',
  'closing ends, by its event or its deadline': ({ before, event, after }) =>
    before.name !== 'closing' || !one(event.type, 'timerFired', 'lost') || after.name === 'closed',
}

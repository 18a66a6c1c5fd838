/**
 * Properties of `wake` and `online`: for every state, what does a user who waits in front of the page see? Such an event may shorten what
 * follows, and never lengthens it.
 */

import {
  type Properties,
  type Step,
  failed,
  hasEffect,
  isChanged,
  isDecided,
  isDialling,
  isEnded,
  isOneOf,
  keepsHint,
  opens,
} from './step.ts'

const isHint = ({ event }: Step): boolean => isOneOf(event.type, 'wake', 'online')
/** The event starts another dial, now or after a random delay of up to 1 s. */
const hurries = (step: Step): boolean =>
  hasEffect(step, 'dial') || (step.event.type === 'online' && step.after.timer === 'onlineJitter')
/** An attempt follows: the dial failed and `shouldReconnect` has answered yes. */
const triesAgain = (step: Step): boolean =>
  step.event.decision === true && (failed(step) || isDecided(step)) && !isEnded(step.after)

export const hints: Properties = {
  'a wake or online event during a dial, a decision or the end of a socket is not lost': (step) =>
    !isHint(step) ||
    !keepsHint(step.before) ||
    hurries(step) ||
    step.after.hint === (step.before.hint === 'wake' ? 'wake' : step.event.type),
  'an event that is only remembered changes nothing else': (step) => {
    const { before, after, effects } = step
    if (!isHint(step) || !keepsHint(before) || hurries(step)) return true
    return JSON.stringify({ ...after, hint: 0 }) === JSON.stringify({ ...before, hint: 0 }) && !effects.length
  },
  'a remembered event is kept until a dial, a wait for one, or an end': (step) =>
    !step.before.hint ||
    !!step.after.hint ||
    opens(step) ||
    hasEffect(step, 'dial') ||
    isOneOf(step.after.timer, 'retry', 'onlineJitter') ||
    isEnded(step.after) ||
    step.event.type === 'hide',
  'only a wake or online event is remembered': (step) =>
    !step.after.hint || step.after.hint === step.before.hint || (isHint(step) && step.after.hint === step.event.type),
  'a new dial has nothing to remember': (step) => !hasEffect(step, 'dial') || !step.after.hint,
  'an event is remembered only where something must end before the next dial': ({ after }) =>
    !after.hint || keepsHint(after),
  'after a wake the next dial starts at once, or after the first wait if a dial without delay is not allowed': (step) =>
    step.before.hint !== 'wake' ||
    !triesAgain(step) ||
    (step.event.eager ? hasEffect(step, 'dial') : step.after.timer === 'retry' && step.after.waits === 1),
  'after an online event the next dial starts after the random delay': (step) =>
    step.before.hint !== 'online' || !triesAgain(step) || step.after.timer === 'onlineJitter',
  'the backoff starts again after a wake or online event': (step) => {
    const { before, after } = step
    const isUsed = before.hint ? !after.hint : isHint(step) && isChanged(step) && !after.hint && before.name !== 'open'
    return !isUsed || opens(step) || after.waits === (after.timer === 'retry' ? 1 : 0)
  },
  'a dial that may hang is replaced when the user returns': (step) => {
    const { before, event } = step
    const hangs = before.timer === 'connectTimeout' && event.slow && isHint(step)
    const mayReplace = event.eager || (event.type === 'online' && before.attempt > 0)
    return !hangs || !mayReplace || hurries(step)
  },
  'a dial that is not slow, and onConnect, are never replaced by an event of the page': (step) =>
    !isHint(step) ||
    !isDialling(step.before) ||
    !hasEffect(step, 'detach') ||
    (!!step.event.slow && step.before.timer === 'connectTimeout'),
  'a dial that is replaced keeps its status': (step) =>
    !isHint(step) || !isDialling(step.before) || !hasEffect(step, 'dial') || step.before.name === step.after.name,
  'a wake that may not dial leaves the first wait alone and replaces a longer one by it': (step) => {
    const { before, after, event } = step
    if (event.type !== 'wake' || event.eager || before.timer !== 'retry') return true
    return before.waits > 1 ? after.timer === 'retry' && after.waits === 1 : !isChanged(step)
  },
  'retry is announced with a number from 1': (step) => !hasEffect(step, 'retry') || step.after.attempt > 0,
}

/** The bounds of the answers that are kept for sessions: of one session, of one user, and of all. */

import { expect, test } from 'vitest'
import { AnswerBudget, KeptAnswers } from '../src/store/keptAnswers.ts'

const refusal = (code: string, message: string): string => JSON.stringify({ e: { code, message } })
const kept = (answers: KeptAnswers): string[] => Object.keys(answers.results)

test('the sessions of a user share a bound, up to its last byte', () => {
  const budget = new AnswerBudget(100, 1000)
  const [one, other] = [new KeptAnswers('ann', budget, {}), new KeptAnswers('ann', budget, {})]
  one.add(1, 'x'.repeat(60))
  other.add(1, 'x'.repeat(40))
  expect([kept(one), kept(other)]).toEqual([['1'], ['1']])
  other.add(2, 'x') // takes the place of the older answer of the same session
  expect([kept(one), kept(other)]).toEqual([['1'], ['2']])
  other.add(3, 'x'.repeat(41)) // there is no place, also without the older answer
  expect([kept(one), kept(other)]).toEqual([['1'], []])
  one.release()
  other.add(4, 'x'.repeat(100))
  expect(kept(other)).toEqual(['4'])
})

test('all users share a bound, up to its last byte', () => {
  const budget = new AnswerBudget(100, 150)
  const [ann, bob] = [new KeptAnswers('ann', budget, {}), new KeptAnswers('bob', budget, {})]
  ann.add(1, 'x'.repeat(100))
  bob.add(1, 'x'.repeat(51))
  expect(kept(bob)).toEqual([])
  bob.add(2, 'x'.repeat(50))
  expect(kept(bob)).toEqual(['2'])
})

test('a removed answer leaves its whole place to others', () => {
  const budget = new AnswerBudget(100, 100)
  const answers = new KeptAnswers('ann', budget, {})
  for (let seq = 1; seq <= 5; seq++) {
    answers.add(seq, 'x'.repeat(60))
    answers.add(seq, 'x'.repeat(60)) // recorded again
    expect(kept(answers)).toEqual([String(seq)])
  }
  answers.release()
  expect(budget.has('ann', 100)).toBe(true)
  for (const seq of [1, 1, 2]) answers.add(seq, 'x'.repeat(50))
  expect(kept(answers)).toEqual(['1', '2'])
})

test('a refusal of up to 1 KiB is kept, a longer one without its message, and a long code is cut', () => {
  const answers = new KeptAnswers('ann', new AnswerBudget(), {})
  const longest = refusal('no', 'x'.repeat(1024 - refusal('no', '').length))
  answers.add(1, longest)
  answers.add(2, refusal('no', 'ä'.repeat(1000)))
  answers.add(3, refusal('c'.repeat(2000), ''))
  expect(answers.results).toEqual({ 1: longest, 2: refusal('no', ''), 3: refusal('c'.repeat(100), '') })
})

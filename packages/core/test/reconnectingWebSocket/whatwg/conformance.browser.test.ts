/** The class in place of the platform's `WebSocket`, in each engine: the same cases observe both. */

import { describe, expect, inject, onTestFinished, test } from 'vitest'
import * as ours from '../../../src/reconnectingWebSocket/index.ts'
import { createEndpoint, engine } from '../../browser/support/page.ts'
import { type Case, closeOf, createSubject } from './cases.ts'
import { deviations } from './deviations.ts'
import { pageSections, sections } from './sections.ts'

const servers = { echo: inject('echoUrl'), createEndpoint }
const subjects = {
  platform: { WebSocket, CloseEvent },
  OneShotWebSocket: { WebSocket: ours.OneShotWebSocket, CloseEvent: ours.CloseEvent },
}

test('each deviation is about a case', () => {
  const titles = Object.values({ ...sections, ...pageSections }).flatMap((cases) => cases.map(({ title }) => title))
  expect(Object.keys(deviations[engine]).filter((title) => !titles.includes(title))).toEqual([])
})

/** What a case must observe, and why if it is not what the standard requires. */
const requiredOf = ({ title, expected }: Case, name: string): { value: unknown; reason?: string } => {
  const deviation = deviations[engine][title]
  if (deviation && (name === 'platform' || deviation.isInherited))
    return { value: deviation.platform, reason: deviation.reason }
  return { value: expected }
}

// Firefox has six connections for each origin, which handshakes without an answer would use up: see `refuseHandshakes.ts`.
test('the server of this page answers each handshake', async () => {
  expect(await closeOf(new WebSocket('/unknown'))).toEqual([1006, '', false])
})

describe.each(Object.entries(subjects))(`${engine}, %s`, (name, classes) => {
  for (const [section, cases] of Object.entries({ ...sections, ...pageSections })) {
    describe(section, () => {
      for (const each of cases) {
        const { value, reason } = requiredOf(each, name)
        test(reason ? `${each.title} (deviation: ${reason})` : each.title, async () => {
          const { subject, end } = createSubject(classes, servers)
          onTestFinished(end)
          expect(await each.observe(subject)).toEqual(value)
        })
      }
    })
  }
})

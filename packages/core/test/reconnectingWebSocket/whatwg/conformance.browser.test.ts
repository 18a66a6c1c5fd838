/** The class in place of the platform's `WebSocket`, in each engine: the same cases observe both. */

import { describe, expect, inject, onTestFinished, test } from 'vitest'
import * as ours from '../../../src/reconnectingWebSocket/index.ts'
import { createEndpoint, engine } from '../../browser/support/page.ts'
import { createSubject } from './cases.ts'
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
  expect(titles).toEqual([...new Set(titles)])
})

describe.each(Object.entries(subjects))(`${engine}, %s`, (name, classes) => {
  for (const [section, cases] of Object.entries({ ...sections, ...pageSections })) {
    describe(section, () => {
      for (const { title, expected, observe } of cases) {
        const deviation = deviations[engine][title]
        const deviates = deviation && (name === 'platform' || deviation.isInherited)
        test(deviates ? `${title} (deviation: ${deviation.reason})` : title, async () => {
          const { subject, end } = createSubject(classes, servers)
          onTestFinished(end)
          expect(await observe(subject)).toEqual(deviates ? deviation.platform : expected)
        })
      }
    })
  }
})

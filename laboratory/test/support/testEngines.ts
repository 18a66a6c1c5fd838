// Tests of the built page in Firefox and in WebKitGTK.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BrowserDriver } from '../../../scripts/browsers/driver.ts'
import { startFirefox } from '../../../scripts/browsers/firefoxDriver.ts'
import { startWebKit } from '../../../scripts/browsers/webKitDriver.ts'
import { findFirefox } from '../../../scripts/findFirefox.mjs'
import { findWebKit } from '../../../scripts/findWebKit.mjs'
import { readResults } from '../../scripts/tables.ts'
import type { LaneResult, Result } from '../../src/arena/protocol.ts'
import { TEXTS } from '../../src/page/texts/index.ts'
import type { LaneId } from '../../src/scenario/schema.ts'
import { type LaboratoryServer, serveLaboratory } from './serveLaboratory.ts'

const [firefox, webKit] = [findFirefox(), findWebKit()]
const engines: [name: string, start: () => Promise<BrowserDriver>][] = [
  ...(firefox ? [['Firefox', () => startFirefox(firefox)] as [string, () => Promise<BrowserDriver>]] : []),
  ...(webKit ? [['WebKitGTK', () => startWebKit(webKit)] as [string, () => Promise<BrowserDriver>]] : []),
]
const texts = TEXTS.en

/** What one visit does, in order. */
interface Visit {
  /** Injects the fault of this button when the run has reached 5 s, at ×4. Otherwise the run is computed at once. */
  fault?: string
}

interface Outcome {
  result: Result
  /** Of the address, after a click on Share. */
  hash: string
  /** In ms of real time. */
  duration: number
}

/** Runs in the page. It contains everything that it uses. */
const visitInPage = async (
  { fault }: Visit,
  names: Record<'run' | 'atOnce' | 'share' | 'copyJson', string>,
): Promise<Outcome> => {
  const found = async <Value>(look: () => Value | null | undefined | false): Promise<Value> => {
    for (;;) {
      const value = look()
      if (value) return value
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
  const click = async (name: string): Promise<void> => {
    const isIt = (button: HTMLButtonElement): boolean => button.textContent === name && !button.disabled
    const button = await found(() => [...document.querySelectorAll('button')].find(isIt))
    button.click()
  }
  // A script may not read the clipboard.
  let copied = ''
  Object.defineProperty(navigator, 'clipboard', {
    value: { writeText: async (text: string) => void (copied = text) },
    configurable: true,
  })
  const start = performance.now()
  if (fault) {
    document.querySelector<HTMLInputElement>('input[name=speed][value="4"]')?.click()
    await click(names.run)
    await found(() => /^0:0[5-9]/.test(document.querySelector('.time')?.textContent ?? ''))
    document.querySelector<HTMLButtonElement>(`[data-fault=${fault}]`)?.click()
    await found(() => document.querySelector('.story li em'))
  }
  await click(names.atOnce)
  await found(() => document.querySelector('.verdict[data-phase=done]'))
  const duration = performance.now() - start
  await click(names.copyJson)
  const result: Result = JSON.parse(await found(() => copied))
  copied = ''
  await click(names.share)
  await found(() => copied)
  return { result, hash: location.hash, duration }
}

const laneOf = ({ lanes }: Result, id: LaneId): LaneResult | undefined => lanes.find((lane) => lane.id === id)

/** Defines the tests. Those of an engine that is not installed are left out. */
export const testEngines = (): void =>
  describe.each(engines)('the built page in %s', (name, start) => {
    let server: LaboratoryServer
    let browser: BrowserDriver
    beforeAll(async () => {
      server = await serveLaboratory(true)
      browser = await start()
    })
    afterAll(async () => {
      await browser?.quit()
      server?.close()
    })

    const visit = async (hash: string, what: Visit = {}): Promise<Outcome> => {
      const page = await browser.open(`${server.address}index.html${hash}`)
      const { run, atOnce, share, copyJson } = texts
      const names = { run, atOnce, share, copyJson }
      const outcome = await browser.evaluate(
        page,
        `(${visitInPage})(${JSON.stringify(what)}, ${JSON.stringify(names)})`,
      )
      await browser.close(page)
      return outcome as Outcome
    }

    it('sends no request to another origin, and has the numbers of Chromium, equal in each run with one seed', async () => {
      const { result, duration } = await visit('#id=half-open')
      console.log(`${name}: half-open with all clients in ${Math.round(duration)} ms`)
      const { interval, timeout } = result.scenario.heartbeat
      expect(laneOf(result, 'holdfastSession')?.counters).toMatchObject({ lost: 0, doubled: 0, unsent: 0 })
      expect(laneOf(result, 'holdfastSession')?.counters.detection).toBeLessThanOrEqual(interval + timeout)
      for (const id of ['bare', 'partysocket', 'reconnectingWebSocket'] as const) {
        expect([id, laneOf(result, id)?.counters.detection]).toEqual([id, 'never'])
      }
      expect((await visit('#id=half-open')).result).toEqual(result)
      expect(result).toEqual(readResults().results['half-open'])
      const other = (await visit('#id=half-open&seed=8')).result
      for (const id of ['holdfastSession', 'holdfastPlain'] as const) {
        expect(laneOf(other, id)?.timeline).not.toEqual(laneOf(result, id)?.timeline)
      }
      expect([server.strays, server.violations]).toEqual([[], 0])
    })

    it('gives the same result from the link of a run with a fault by hand', async () => {
      const first = await visit('#id=half-open', { fault: 'drop' })
      const drops = first.result.scenario.steps.filter(([, fault]) => fault === 'drop')
      expect(drops).toHaveLength(1)
      expect(drops[0]?.[0]).toBeGreaterThan(5000)
      expect((await visit(first.hash)).result).toEqual(first.result)
    })
  })

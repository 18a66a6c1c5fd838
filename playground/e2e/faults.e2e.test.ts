import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  type Chromium,
  type PanelHandle,
  type PlaygroundPage,
  expectNoConsoleErrors,
  openBrowser,
} from './openBrowser.ts'
import { type RunningPlayground, startPlayground } from './startPlayground.ts'

let server: RunningPlayground
let browser: Chromium
let here: PlaygroundPage
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser.close())
beforeEach(async () => {
  here = await browser.open(server.url)
  await both((panel) => panel.is('open'))
})
afterEach(async () => {
  await here.close()
  await server.control('reset')
})

/** Waits for a state of both panels in parallel: while one panel is awaited, the other may reach the state and leave it again. */
const both = (wait: (panel: PanelHandle) => Promise<unknown>): Promise<unknown> => Promise.all(here.panels.map(wait))
const lastClose = (panel: PanelHandle, pattern: RegExp): Promise<void> =>
  panel.part('last-close').getByText(pattern).waitFor()
/** Waits for a line of the log, which stays there whatever follows. */
const logs = (panel: PanelHandle, pattern: RegExp): Promise<void> =>
  panel.part('log').getByText(pattern).first().waitFor()

/** Sends a message in each panel, one after the other, because there is only one keyboard focus. */
async function bothSend(): Promise<void> {
  for (const panel of here.panels) {
    await panel.send(`${panel.kind} is back`)
    await panel.shows(`${panel.kind} is back`)
  }
}

async function bothConnect(): Promise<void> {
  for (const panel of here.panels) await panel.connect()
  await both((panel) => panel.is('open'))
}

/** Starts a server for the tests of a block. */
function serve(...args: string[]): void {
  beforeAll(async () => {
    server = await startPlayground(...args)
  })
  afterAll(() => server.stop())
}

// On a busy machine it may end a connection at any time. These tests expect nothing that such an end would change.
describe('with a short heartbeat', () => {
  serve('--heartbeat', '1000')

  it('shows the latency, and a higher one when answers are delayed', async () => {
    await both((panel) =>
      panel
        .part('latency')
        .getByText(/^\d+ ms$/)
        .waitFor(),
    )
    await here.part('fault-slow-delay').fill('200')
    await here.part('fault-slow').click()
    await both((panel) =>
      panel
        .part('latency')
        .getByText(/^([2-9]\d\d|\d{4,}) ms$/)
        .waitFor(),
    )
    expectNoConsoleErrors(here)
  })

  it('detects a frozen server by its heartbeat, and resumes the session after unfreeze', async () => {
    await here.part('fault-freeze').click()
    for (const panel of here.panels) await panel.send(`${panel.kind} while frozen`)
    await both((panel) => logs(panel, /^4000 heartbeat timeout: the server did not answer a ping in time$/))
    await both((panel) => panel.is('reconnecting'))
    await here.part('fault-unfreeze').click()
    await both((panel) => panel.is('open'))
    await both(async (panel) => {
      for (const { kind } of here.panels) expect(await panel.shows(`${kind} while frozen`)).toBe(1)
      await panel
        .part('counts')
        .getByText(/^resumed [1-9]\d* · lost 0 · duplicates 0$/)
        .waitFor()
    })
    await bothSend()
    expectNoConsoleErrors(here, /WebSocket connection to/)
  })

  it('reconnects without help if only the open connections were frozen', async () => {
    await here.part('fault-freeze-what').selectOption('connections')
    await here.part('fault-freeze').click()
    await both((panel) => logs(panel, /^4000 heartbeat timeout: the server did not answer a ping in time$/))
    await both((panel) => panel.is('open'))
    await bothSend()
    expect((await server.stats()).frozen).toBe('connections')
    expectNoConsoleErrors(here)
  })
})

describe('with the default heartbeat', () => {
  serve()

  it('freezes one panel only, and ends it for everyone', async () => {
    const [vue, react] = here.panels
    await here.part('fault-clients').selectOption('vue')
    await here.part('fault-freeze').click()
    await here.part('fault-outcome').getByText('Freeze: done for the Vue panel').waitFor()
    await here.part('server').getByText('frozen').waitFor()
    await vue.is('reconnecting')
    expect(await react.part('status').innerText()).toBe('open')
    expect(await react.part('last-close').innerText()).toBe('–')
    await here.part('fault-reset').click()
    await vue.is('open')
    await here.part('server').getByText('no faults').waitFor()
    expectNoConsoleErrors(here, /WebSocket connection to/)
  })

  it('affects this page only by default, and everyone on request', async () => {
    const there = await browser.open(server.url)
    for (const panel of there.panels) await panel.is('open')
    await here.part('fault-drop').click()
    await both((panel) => lastClose(panel, /^1006/))
    await here.part('fault-slow').click()
    await here.part('server').getByText('2000 ms delay').waitFor()
    // The answer to any command contains the present faults.
    await there.part('fault-unfreeze').click()
    await there.part('fault-outcome').getByText('Unfreeze: done for this page').waitFor()
    expect(await there.part('server').innerText()).toContain('no faults')
    for (const panel of there.panels) expect(await panel.part('last-close').innerText()).toBe('–')
    await here.part('fault-clients').selectOption('everyone')
    await here.part('fault-drop').click()
    for (const panel of there.panels) await panel.part('last-close').getByText(/^1006/).waitFor()
    await there.close()
    // The handshakes of this page are slow, so the second drop may end one.
    expectNoConsoleErrors(here, /WebSocket connection to/)
  })

  it('counts down to each attempt while handshakes are refused, and recovers', async () => {
    await server.control('refuse', { seconds: 600 })
    await here.part('fault-drop').click()
    await both(async (panel) => {
      await panel
        .part('countdown')
        .getByText(/^\d+\.\d s$/)
        .waitFor()
      await panel
        .part('attempt')
        .getByText(/^([2-9]|\d\d)$/)
        .waitFor()
      await panel.is('reconnecting')
      await lastClose(panel, /^1006 no close frame, by the network$/)
    })
    // A refusal of 0 seconds ends the refusal.
    await here.part('fault-refuse-seconds').fill('0')
    await here.part('fault-refuse').click()
    await both((panel) => panel.is('open'))
    await bothSend()
    await both((panel) => panel.part('countdown').waitFor({ state: 'detached' }))
    expectNoConsoleErrors(here, /WebSocket connection to/)
  })

  it('reconnects after a restart in the window that the server announced', async () => {
    const restarted = Date.now()
    await here.part('fault-restart-seconds').fill('1')
    await here.part('fault-restart').click()
    await both(async (panel) => {
      await lastClose(panel, /^1012 service restart: the server asked to reconnect in 1 to 2 s$/)
      await logs(panel, /^attempt 1 in (1\.\d|2\.0) s$/)
      await panel.is('open')
    })
    expect(Date.now() - restarted).toBeGreaterThan(950)
    await bothSend()
    // No attempt was made before the announced time: a refused handshake would be a console error.
    expectNoConsoleErrors(here)
  })

  it('reconnects after a transient close code, stops after a final one, and shows code and reason', async () => {
    await here.part('fault-close-code').fill('4100')
    await here.part('fault-close-reason').fill('transient')
    await here.part('fault-close').click()
    await both((panel) => lastClose(panel, /^4100 “transient”, by the server$/))
    await both((panel) => panel.is('open'))

    await here.part('fault-close-code').fill('4600')
    await here.part('fault-close-reason').fill('for good')
    await here.part('fault-close').click()
    await both((panel) => lastClose(panel, /^4600 “for good”, by the server; no further attempt$/))
    await both((panel) => panel.is('closed'))
    await bothConnect()
    await bothSend()
    expectNoConsoleErrors(here)
  })

  it('stops and logs it when the maximum number of attempts is reached', async () => {
    await here.apply({ attempts: '1' })
    await both((panel) => panel.is('open'))
    await server.control('refuse', { seconds: 600, how: 'destroy' })
    await server.control('drop')
    await both((panel) => panel.is('closed'))
    await both((panel) => lastClose(panel, /: all attempts are used; no further attempt$/))
    await both((panel) => panel.part('log').getByText('no further attempt', { exact: true }).waitFor())
    await server.control('reset')
    await bothConnect()
    expectNoConsoleErrors(here, /WebSocket connection to/)
  })

  it('has on a phone a bar with the buttons and the outcome, and the fields in a sheet', async () => {
    await here.page.setViewportSize({ width: 390, height: 844 })
    const desk = here.part('faults')
    const height = async (): Promise<number> => (await desk.boundingBox())?.height ?? 0
    expect(await height()).toBeLessThanOrEqual(100)
    expect(await here.part('fault-slow-delay').isVisible()).toBe(false)
    await here.part('fault-restart').scrollIntoViewIfNeeded()
    await here.part('fault-toggle').click()
    await here.part('fault-slow-delay').fill('')
    await here.part('fault-toggle').click()
    await here.part('fault-slow').click()
    await here.part('fault-outcome').getByText('delay: expected a number from 0 to 60000, got null').waitFor()
    expect(await height()).toBeLessThanOrEqual(100)
    await here.part('fault-toggle').click()
    await here.part('fault-slow-delay').fill('20')
    await here.part('fault-slow').click()
    await here.part('fault-outcome').getByText('Slow down: done for this page').waitFor()
    const { bottom, controls } = await desk.evaluate((element) => ({
      bottom: element.getBoundingClientRect().bottom,
      controls: [...element.querySelectorAll('button, select, label')]
        .filter((control) => control.getBoundingClientRect().height < 44)
        .map((control) => control.outerHTML),
    }))
    expect([bottom, controls]).toEqual([844, []])
    expectNoConsoleErrors(here, /status of 400/)
  })
})

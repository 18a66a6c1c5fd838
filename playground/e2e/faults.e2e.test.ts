import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { type Chromium, type PanelHandle, type PlaygroundPage, expectQuiet, openBrowser } from './openBrowser.ts'
import { type RunningPlayground, startPlayground } from './startPlayground.ts'

let server: RunningPlayground
let browser: Chromium
let here: PlaygroundPage
beforeAll(async () => {
  ;[server, browser] = await Promise.all([startPlayground('--heartbeat', '500'), openBrowser()])
})
afterAll(async () => {
  await browser.close()
  await server.stop()
})
beforeEach(async () => {
  here = await browser.open(server.url)
  await both((panel) => panel.is('open'))
})
afterEach(async () => {
  await here.close()
  await server.control('reset')
})

/** Waits for the same in both panels, at the same time: one may have come and gone while the other is awaited. */
const both = (wait: (panel: PanelHandle) => Promise<unknown>): Promise<unknown> => Promise.all(here.panels.map(wait))
const lastClose = (panel: PanelHandle, pattern: RegExp): Promise<void> =>
  panel.part('last-close').getByText(pattern).waitFor()

/** In turn, since there is one mouse. */
async function bothTalk(): Promise<void> {
  for (const panel of here.panels) {
    await panel.say(`${panel.kind} is back`)
    await panel.shows(`${panel.kind} is back`)
  }
}

async function bothConnect(): Promise<void> {
  for (const panel of here.panels) await panel.part('connect').click()
  await both((panel) => panel.is('open'))
}

it('measures the latency while the server answers, and shows when it answers late', async () => {
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
  expectQuiet(here)
})

it('notices that the server froze, and heals when it thaws', async () => {
  await here.part('fault-freeze').click()
  for (const panel of here.panels) await panel.say(`${panel.kind} on ice`)
  await both((panel) => lastClose(panel, /by heartbeat/))
  await both((panel) => panel.is('reconnecting'))
  await here.part('fault-unfreeze').click()
  await both((panel) => panel.is('open'))
  await both(async (panel) => {
    for (const { kind } of here.panels) expect(await panel.shows(`${kind} on ice`)).toBe(1)
    await panel
      .part('tally')
      .getByText(/^resumed [1-9] · lost 0 · duplicates 0$/)
      .waitFor()
  })
  await bothTalk()
  expectQuiet(here, /WebSocket connection to/)
})

it('heals by itself when only the present connections froze', async () => {
  await here.part('fault-freeze-what').selectOption('connections')
  await here.part('fault-freeze').click()
  await both((panel) => lastClose(panel, /by heartbeat/))
  await both((panel) => panel.is('open'))
  await bothTalk()
  expect((await server.stats()).frozen).toBe('connections')
  expectQuiet(here)
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
    await lastClose(panel, /^1006, by network$/)
  })
  // The page takes it back as it gave it: 0 seconds from now.
  await here.part('fault-refuse-seconds').fill('0')
  await here.part('fault-refuse').click()
  await both((panel) => panel.is('open'))
  await bothTalk()
  await both((panel) => panel.part('countdown').waitFor({ state: 'detached' }))
  expectQuiet(here, /WebSocket connection to/)
})

it('returns after a restart in the window that the server named', async () => {
  const restarted = Date.now()
  await here.part('fault-restart-seconds').fill('1')
  await here.part('fault-restart').click()
  await both(async (panel) => {
    // At the same time, since the countdown may be over before the close is found.
    await Promise.all([lastClose(panel, /^1012 .*\[1000,2000\]/), panel.part('countdown').waitFor()])
    await panel.is('open')
  })
  expect(Date.now() - restarted).toBeGreaterThan(950)
  await bothTalk()
  // Nobody knocked before the door was open again: a refused handshake would stand in the console.
  expectQuiet(here)
})

it('tells a final code from a passing one, with the real code and reason', async () => {
  await here.part('fault-close-code').fill('4100')
  await here.part('fault-close-reason').fill('passing')
  await here.part('fault-close').click()
  await both((panel) => lastClose(panel, /^4100 “passing”, by server$/))
  await both((panel) => panel.is('open'))

  await here.part('fault-close-code').fill('4600')
  await here.part('fault-close-reason').fill('for good')
  await here.part('fault-close').click()
  await both((panel) => lastClose(panel, /^4600 “for good”, by server, final$/))
  await both((panel) => panel.is('closed'))
  await bothConnect()
  await bothTalk()
  expectQuiet(here)
})

it('stops and says so when the attempts are spent', async () => {
  await here.apply({ attempts: '1' })
  await both((panel) => panel.is('open'))
  await server.control('refuse', { seconds: 600, how: 'destroy' })
  await server.control('drop')
  await both((panel) => panel.is('closed'))
  await both((panel) => lastClose(panel, /by exhausted, final$/))
  await both((panel) => panel.part('log').getByText('no further attempt').waitFor())
  await server.control('reset')
  await bothConnect()
  expectQuiet(here, /WebSocket connection to/)
})

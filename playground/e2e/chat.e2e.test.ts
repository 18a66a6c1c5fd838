import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import {
  type Chromium,
  type PanelHandle,
  type PlaygroundPage,
  expectNoConsoleErrors,
  openBrowser,
  poll,
} from './openBrowser.ts'
import { type RunningPlayground, startPlayground } from './startPlayground.ts'

let server: RunningPlayground
let browser: Chromium
let pages: PlaygroundPage[] = []
beforeAll(async () => {
  ;[server, browser] = await Promise.all([startPlayground(), openBrowser()])
})
afterAll(async () => {
  await browser.close()
  await server.stop()
})
afterEach(async () => {
  await Promise.all(pages.map((page) => page.close()))
  pages = []
  await server.control('reset')
})

async function open(): Promise<PlaygroundPage> {
  const page = await browser.open(server.url)
  pages.push(page)
  for (const panel of page.panels) await panel.is('open')
  return page
}

// First, because users of other tests would leave during it.
it('connects both panels, shows the connected users, and announces those of another page in one line each', async () => {
  const here = await open()
  for (const panel of here.panels) {
    await panel
      .part('users')
      .getByText(/^Vue [A-Z][a-z]+$/)
      .waitFor()
    await panel
      .part('users')
      .getByText(/^React [A-Z][a-z]+$/)
      .waitFor()
    await poll(() => panel.part('log').innerText()).toContain('first connection')
  }
  await here.part('server-connections').getByText('2', { exact: true }).waitFor()
  expect(await server.stats()).toMatchObject({ connections: 2, people: 2 })
  const there = await open()
  const names = await Promise.all(there.panels.map((panel) => panel.part('name').inputValue()))
  await server.control('drop')
  for (const panel of there.panels) await panel.part('counts').getByText('resumed 1').waitFor()
  await there.close()
  for (const panel of here.panels) {
    const left = async (): Promise<string[][]> =>
      (await chatTexts(panel, / left$/)).map((text) =>
        text
          .replace(/ left$/, '')
          .split(' and ')
          .sort(),
      )
    await poll(left).toEqual([names.sort()])
    expect(await chatTexts(panel, / joined$/)).toHaveLength(1)
  }
  await poll(async () => (await server.stats()).connections).toBe(2)
  expectNoConsoleErrors(here)
})

it('sends the messages of each panel to both panels of two pages', async () => {
  const here = await open()
  const there = await open()
  const panels = [...here.panels, ...there.panels]
  for (const [index, sender] of panels.entries()) {
    const name = `Sender ${index}`
    await sender.part('name').fill(name)
    await sender.part('name').press('Enter')
    await sender.part('users').getByText(name, { exact: true }).waitFor()
    await sender.send(`Hello from ${index}`)
    for (const receiver of panels) {
      expect(await receiver.shows(`Hello from ${index}`)).toBe(1)
      if (receiver !== sender) await receiver.part('chat').getByText(name, { exact: true }).waitFor()
    }
  }
  expectNoConsoleErrors(here)
  expectNoConsoleErrors(there)
})

/** The texts of the chat that match, in order, without author and time. */
const chatTexts = async (panel: PanelHandle, pattern: RegExp): Promise<string[]> =>
  (await panel.part('chat').locator('.text').allInnerTexts()).filter((text) => pattern.test(text))

/** Sends two messages in each panel of a page that has no connection. */
async function sendOffline(page: PlaygroundPage): Promise<void> {
  for (const panel of page.panels) {
    await panel.is('reconnecting')
    await panel.send(`From ${panel.kind}, one`)
    await panel.send(`From ${panel.kind}, two`)
    await panel.part('queued').getByText('2', { exact: true }).waitFor()
    expect(await panel.part('pending').allInnerTexts()).toEqual([
      expect.stringMatching(/one\s+sending…/),
      expect.stringMatching(/two\s+sending…/),
    ])
  }
}

it('delivers messages typed during an outage exactly once, with their author and in the same order in every panel', async () => {
  const here = await open()
  const there = await open()
  const panels = [...here.panels, ...there.panels]
  await server.control('refuse', { seconds: 600 })
  await server.control('drop')
  await sendOffline(here)
  await server.control('reset')
  const [vue, react] = here.panels
  for (const panel of [react, vue, ...there.panels]) {
    await panel.connect()
    await panel.is('open')
  }
  for (const panel of panels) await poll(() => chatTexts(panel, /^From/)).toHaveLength(4)
  const order = await chatTexts(react, /^From/)
  expect([...order].sort()).toEqual(['From react, one', 'From react, two', 'From vue, one', 'From vue, two'])
  expect(order.indexOf('From vue, one')).toBeLessThan(order.indexOf('From vue, two'))
  expect(order.indexOf('From react, one')).toBeLessThan(order.indexOf('From react, two'))
  for (const panel of panels) {
    expect(await chatTexts(panel, /^From/)).toEqual(order)
    expect(await panel.part('chat').innerText()).not.toContain('Guest')
    await panel.part('queued').getByText('0', { exact: true }).waitFor()
    expect(await panel.part('counts').innerText()).toBe('resumed 1 · lost 0 · duplicates 0')
  }
  for (const panel of here.panels) {
    expect(await panel.part('pending').count()).toBe(0)
    await poll(() => panel.part('chat').getByLabel('delivered').count()).toBe(2)
    await panel.part('log').getByText('session resumed').waitFor()
  }
  for (const page of [here, there]) expectNoConsoleErrors(page, /WebSocket connection to/)
})

it('delivers messages typed while the browser is offline exactly once', async () => {
  const here = await open()
  await here.page.context().setOffline(true)
  await server.control('drop')
  await sendOffline(here)
  await here.page.context().setOffline(false)
  for (const panel of here.panels) {
    await poll(() => chatTexts(panel, /^From/)).toHaveLength(4)
    await panel.part('counts').getByText('resumed 1 · lost 0 · duplicates 0').waitFor()
  }
  expectNoConsoleErrors(here, /WebSocket connection to|ERR_INTERNET_DISCONNECTED/)
})

it('shows a resync after a server restart, and delivers messages typed during it exactly once', async () => {
  const here = await open()
  await server.control('restart', { seconds: 300 })
  await sendOffline(here)
  await server.control('reset')
  for (const panel of here.panels) {
    await panel.connect()
    await panel.is('open')
  }
  for (const panel of here.panels) {
    await poll(() => chatTexts(panel, /^From/)).toHaveLength(4)
    expect(await panel.part('counts').innerText()).toBe('resumed 0 · lost 0 · duplicates 0 · unknown 1')
    await panel.shows('The chat was resynchronised: the number of missed messages is unknown')
    await panel.part('log').getByText('chat: epoch').waitFor()
  }
  expect(await chatTexts(here.panels[1], /^From/)).toEqual(await chatTexts(here.panels[0], /^From/))
  expectNoConsoleErrors(here, /WebSocket connection to/)
})

it('shows a burst of 10 000 messages as one line in the chat and one in the log', async () => {
  const here = await open()
  await here.part('fault-burst').click()
  await Promise.all(
    here.panels.map(async (panel) => {
      await panel.shows('Burst: 10,000 of 10,000 messages, none missing')
      await panel.part('log').getByText('×10,000').waitFor()
      expect(await panel.part('log').locator('li').count()).toBeLessThan(50)
      expect(Number(await panel.part('received').innerText())).toBeGreaterThanOrEqual(10_000)
    }),
  )
  expectNoConsoleErrors(here)
})

it('limits the number of lines in chat and log', async () => {
  const here = await open()
  const other = new WebSocket(`${server.url.replace('http', 'ws')}ws`)
  await once(other, 'open')
  // Chat messages are not combined into one line of the log.
  for (let index = 0; index < 400; index += 1)
    other.send(JSON.stringify({ type: 'chat', name: 'Other', text: `line ${index}` }))
  await Promise.all(
    here.panels.map(async (panel) => {
      await panel.shows('line 399')
      await poll(() => panel.part('log').innerText()).toContain('line 399')
      expect(await panel.part('log').locator('li').count()).toBe(300)
      expect(await panel.part('chat').locator('li').count()).toBe(200)
    }),
  )
  other.terminate()
  expectNoConsoleErrors(here)
})

it('receives every message of a burst that was interrupted', async () => {
  const here = await open()
  await Promise.all([server.control('burst', { count: 3000, size: 100 }), server.control('drop')])
  for (const panel of here.panels) {
    await panel.shows('Burst: 3,000 of 3,000 messages, none missing')
    await panel.part('counts').getByText('resumed 1 · lost 0 · duplicates 0').waitFor()
  }
  expectNoConsoleErrors(here)
})

it('queues on a plain connection, where nothing is counted', async () => {
  const here = await open()
  await here.apply({ session: 'false' })
  for (const panel of here.panels) await panel.part('counts').getByText('plain WebSocket').waitFor()
  await server.control('refuse', { seconds: 600 })
  await server.control('drop')
  const [vue] = here.panels
  await vue.is('reconnecting')
  await vue.send('From plain')
  await vue.part('outcome').getByText('Waiting').waitFor()
  await server.control('reset')
  await vue.connect()
  expect(await vue.shows('From plain')).toBe(1)
  await vue.part('queued').getByText('0', { exact: true }).waitFor()
  expectNoConsoleErrors(here, /WebSocket connection to/)
})

it('reports a message as not sent when the queue is off', async () => {
  const here = await open()
  await here.apply({ queue: false })
  for (const panel of here.panels) {
    await panel.is('open')
    await panel.part('disconnect').click()
    await panel.is('closed')
    await panel.send('lost')
    await panel.part('outcome').getByText('Not sent').waitFor()
  }
  expectNoConsoleErrors(here)
})

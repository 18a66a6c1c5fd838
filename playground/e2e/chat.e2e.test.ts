import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { type Chromium, type PanelHandle, type PlaygroundPage, expectQuiet, openBrowser, poll } from './openBrowser.ts'
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

async function open(options?: Parameters<Chromium['open']>[1]): Promise<PlaygroundPage> {
  const page = await browser.open(server.url, options)
  pages.push(page)
  for (const panel of page.panels) await panel.is('open')
  return page
}

/** In a profile of its own: of two pages in one, the browser draws the one behind but seldom. */
const openAnother = (): Promise<PlaygroundPage> => open({})

it('connects both panels and shows each who is there', async () => {
  const here = await open()
  for (const panel of here.panels) {
    await panel
      .part('people')
      .getByText(/^Vue \d+$/)
      .waitFor()
    await panel
      .part('people')
      .getByText(/^React \d+$/)
      .waitFor()
    await poll(() => panel.part('log').innerText()).toContain('for the first time')
  }
  await here.part('server-connections').getByText('2', { exact: true }).waitFor()
  expect(await server.stats()).toMatchObject({ connections: 2, people: 2 })
  expectQuiet(here)
})

it('carries what either panel says to both panels of two pages', async () => {
  const here = await open()
  const there = await openAnother()
  const everybody = [...here.panels, ...there.panels]
  for (const [index, speaker] of everybody.entries()) {
    const name = `Speaker ${index}`
    await speaker.part('name').fill(name)
    await speaker.part('name').press('Enter')
    await speaker.part('people').getByText(name, { exact: true }).waitFor()
    await speaker.say(`Hello from ${index}`)
    for (const listener of everybody) {
      expect(await listener.shows(`Hello from ${index}`)).toBe(1)
      if (listener !== speaker) await listener.part('chat').getByText(name, { exact: true }).waitFor()
    }
  }
  expectQuiet(here)
  expectQuiet(there)
})

it('tells who leaves when a page closes', async () => {
  const here = await open()
  const there = await openAnother()
  const name = await there.panels[0].part('name').inputValue()
  await there.close()
  for (const panel of here.panels) await panel.shows(`${name} left`)
  await poll(async () => (await server.stats()).connections).toBe(2)
})

/** What the chat has of these, in order, without who has said it and when. */
const said = async (panel: PanelHandle, pattern: RegExp): Promise<string[]> =>
  (await panel.part('chat').locator('.text').allInnerTexts()).filter((text) => pattern.test(text))

/** Says two things in each panel of a page that has no connection. */
async function sayOffline(page: PlaygroundPage): Promise<void> {
  for (const panel of page.panels) {
    await panel.is('reconnecting')
    await panel.say(`From ${panel.kind}, one`)
    await panel.say(`From ${panel.kind}, two`)
    await panel.part('queued').getByText('2', { exact: true }).waitFor()
    expect(await panel.part('pending').allInnerTexts()).toEqual([
      expect.stringMatching(/one\s+sending…/),
      expect.stringMatching(/two\s+sending…/),
    ])
  }
}

it('delivers once what is typed while the server is down, signed and in one order, here and in another tab', async () => {
  const here = await open()
  const there = await openAnother()
  const everybody = [...here.panels, ...there.panels]
  await server.control('refuse', { seconds: 600 })
  await server.control('drop')
  await sayOffline(here)
  await server.control('reset')
  const [vue, react] = here.panels
  for (const panel of [react, vue, ...there.panels]) {
    await panel.part('connect').click()
    await panel.is('open')
  }
  for (const panel of everybody) await poll(() => said(panel, /^From/)).toHaveLength(4)
  const order = await said(react, /^From/)
  expect([...order].sort()).toEqual(['From react, one', 'From react, two', 'From vue, one', 'From vue, two'])
  expect(order.indexOf('From vue, one')).toBeLessThan(order.indexOf('From vue, two'))
  expect(order.indexOf('From react, one')).toBeLessThan(order.indexOf('From react, two'))
  for (const panel of everybody) {
    expect(await said(panel, /^From/)).toEqual(order)
    expect(await panel.part('chat').innerText()).not.toContain('Guest')
    await panel.part('queued').getByText('0', { exact: true }).waitFor()
    expect(await panel.part('tally').innerText()).toBe('resumed 1 · lost 0 · duplicates 0')
  }
  for (const panel of here.panels) {
    expect(await panel.part('pending').count()).toBe(0)
    await poll(() => panel.part('chat').getByLabel('delivered').count()).toBe(2)
    await panel.part('log').getByText('the session goes on').waitFor()
  }
  for (const page of [here, there]) expectQuiet(page, /WebSocket connection to/)
})

it('delivers once what is typed while the browser is offline', async () => {
  const here = await open()
  await here.page.context().setOffline(true)
  await server.control('drop')
  await sayOffline(here)
  await here.page.context().setOffline(false)
  for (const panel of here.panels) {
    await poll(() => said(panel, /^From/)).toHaveLength(4)
    await panel.part('tally').getByText('resumed 1 · lost 0 · duplicates 0').waitFor()
  }
  expectQuiet(here, /WebSocket connection to|ERR_INTERNET_DISCONNECTED/)
})

it('says that a server which restarts has forgotten, and still delivers once what was typed meanwhile', async () => {
  const here = await open()
  await server.control('restart', { seconds: 300 })
  await sayOffline(here)
  await server.control('reset')
  for (const panel of here.panels) {
    await panel.part('connect').click()
    await panel.is('open')
  }
  for (const panel of here.panels) {
    await poll(() => said(panel, /^From/)).toHaveLength(4)
    expect(await panel.part('tally').innerText()).toBe('resumed 0 · lost 0 · duplicates 0 · unknown 1')
    await panel.shows('The chat was broken off and goes on from here: what was missed is not known')
    await panel.part('log').getByText('chat: epoch').waitFor()
  }
  expect(await said(here.panels[1], /^From/)).toEqual(await said(here.panels[0], /^From/))
  expectQuiet(here, /WebSocket connection to/)
})

it('takes a burst of 10 000 messages in order, as one line each in chat and log', async () => {
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
  expectQuiet(here)
})

it('keeps chat and log bounded', async () => {
  const here = await open()
  const other = new WebSocket(`${server.url.replace('http', 'ws')}ws`)
  await once(other, 'open')
  // Lines of chat do not gather in one line.
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
  expectQuiet(here)
})

it('loses nothing of a burst that is cut in the middle', async () => {
  const here = await open()
  await Promise.all([server.control('burst', { count: 3000, size: 100 }), server.control('drop')])
  for (const panel of here.panels) {
    await panel.shows('Burst: 3,000 of 3,000 messages, none missing')
    await panel.part('tally').getByText('resumed 1 · lost 0 · duplicates 0').waitFor()
  }
  expectQuiet(here)
})

it('queues on a plain connection, where nothing is counted', async () => {
  const here = await open()
  await here.apply({ session: 'false' })
  for (const panel of here.panels) await panel.part('tally').getByText('plain WebSocket').waitFor()
  await server.control('refuse', { seconds: 600 })
  await server.control('drop')
  const [vue] = here.panels
  await vue.is('reconnecting')
  await vue.say('From plain')
  await vue.part('outcome').getByText('Waiting').waitFor()
  await server.control('reset')
  await vue.part('connect').click()
  expect(await vue.shows('From plain')).toBe(1)
  await vue.part('queued').getByText('0', { exact: true }).waitFor()
  expectQuiet(here, /WebSocket connection to/)
})

it('says so when nothing can be queued', async () => {
  const here = await open()
  await here.apply({ queue: false })
  for (const panel of here.panels) {
    await panel.is('open')
    await panel.part('disconnect').click()
    await panel.is('closed')
    await panel.say('lost')
    await panel.part('outcome').getByText('Not sent').waitFor()
  }
  expectQuiet(here)
})

import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { type Chromium, type PlaygroundPage, expectQuiet, openBrowser, poll } from './openBrowser.ts'
import { type RunningPlayground, startPlayground } from './startPlayground.ts'

let server: RunningPlayground
let browser: Chromium
let pages: PlaygroundPage[] = []
beforeAll(async () => {
  [server, browser] = await Promise.all([startPlayground(), openBrowser()])
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

it('connects both panels and shows each who is there', async () => {
  const here = await open()
  for (const panel of here.panels) {
    await panel.part('people').getByText(/^Vue \d+$/).waitFor()
    await panel.part('people').getByText(/^React \d+$/).waitFor()
    await poll(() => panel.part('log').innerText()).toContain('for the first time')
  }
  await here.part('server-connections').getByText('2', { exact: true }).waitFor()
  expect(await server.stats()).toMatchObject({ connections: 2, people: 2 })
  expectQuiet(here)
})

it('carries what either panel says to both panels of two pages', async () => {
  const here = await open()
  const there = await open()
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
  const there = await open()
  const name = await there.panels[0].part('name').inputValue()
  await there.close()
  for (const panel of here.panels) await panel.shows(`${name} left`)
  await poll(async () => (await server.stats()).connections).toBe(2)
})

it('keeps what is said while the server is down, and delivers it once, signed, when it is back', async () => {
  const here = await open()
  await server.control('refuse', { seconds: 600 })
  await server.control('drop')
  for (const panel of here.panels) {
    await panel.is('reconnecting')
    await panel.say(`From ${panel.kind}, one`)
    await panel.say(`From ${panel.kind}, two`)
    await panel.part('queued').getByText('2', { exact: true }).waitFor()
    await panel.part('outcome').getByText('Waiting').waitFor()
  }
  await server.control('reset')
  const [vue, react] = here.panels
  await react.part('reconnect').click()
  await react.is('open')
  await vue.part('reconnect').click()
  for (const [hearer, speaker] of [[vue, vue], [react, react], [react, vue]] as const) {
    expect(await hearer.shows(`From ${speaker.kind}, two`)).toBe(1)
    expect(await hearer.shows(`From ${speaker.kind}, one`)).toBe(1)
  }
  for (const panel of here.panels) {
    await panel.part('queued').getByText('0', { exact: true }).waitFor()
    expect(await panel.part('chat').innerText()).not.toContain('Guest')
  }
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

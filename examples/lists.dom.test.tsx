/** Runs the lists of the documentation with thousands of messages: each row renders once, and with a virtual list only visible rows are mounted. */

import { act, render } from '@testing-library/react'
import { enableAutoUnmount, mount } from '@vue/test-utils'
import { type Mock, afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ReactTradeLog } from './ReactTradeLog.tsx'
import { ReactTrades } from './ReactTrades.tsx'
import VueTradeLog from './VueTradeLog.vue'
import VueTrades from './VueTrades.vue'
import { fakeNetwork } from './support/fakeNetwork.ts'

const network = fakeNetwork()
enableAutoUnmount(afterEach)
/** Called for each rendering of a row. */
let rendered: Mock

beforeEach(() => {
  rendered = vi.spyOn(Number.prototype, 'toFixed')
  // jsdom has no layout: every box is as high as the list.
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(240)
  vi.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(320)
})
afterEach(() => vi.restoreAllMocks())

interface List {
  /** The texts of its rows. */
  rows: () => string[]
  root: () => Element
}
const showReact = (page: React.ReactNode, row: string): List => {
  const { container } = render(page)
  return {
    rows: () => [...container.querySelectorAll(row)].map(({ textContent }) => textContent),
    root: () => container.firstElementChild!,
  }
}
const showVue = (page: Parameters<typeof mount>[0], row: string, props: object = {}): List => {
  const wrapper = mount(page, { props })
  return { rows: () => wrapper.findAll(row).map((found) => found.text()), root: () => wrapper.element as Element }
}
const frameworks = [
  ['React', () => showReact(<ReactTrades least={10} />, 'li'), () => showReact(<ReactTradeLog />, '[role=row]')],
  ['Vue', () => showVue(VueTrades, 'li', { least: 10 }), () => showVue(VueTradeLog, '[role=row]')],
] as const

const trade = (from: number, to: number): void => {
  act(() => {
    for (let price = from; price < to; price++) network.server.last.send(JSON.stringify({ symbol: 'HLDF', price }))
  })
}

test.each(frameworks)(
  'useMessages in %s shows the newest messages that pass select, and renders each row once',
  async (_, show) => {
    const list = show()
    await network.pass()
    for (let burst = 0; burst < 10; burst++) {
      trade(burst * 100, burst * 100 + 100)
      await network.pass(16)
    }
    expect(list.rows()).toHaveLength(500)
    expect([list.rows()[0], list.rows().at(-1)]).toEqual(['HLDF 500.00', 'HLDF 999.00'])
    expect(rendered).toHaveBeenCalledTimes(990)
  },
)

test.each(frameworks)(
  'useMessages in %s with a virtual list keeps the visible rows mounted while 20 000 messages arrive',
  async (_, __, show) => {
    const list = show()
    await network.pass()
    trade(0, 50)
    await network.pass(16)
    const first = list.rows()
    expect(first.slice(0, 10)).toEqual(Array.from({ length: 10 }, (_row, index) => `HLDF ${index}.00`))
    expect(first.length).toBeLessThan(30)
    rendered.mockClear()
    // While the list only grows, no visible row changes.
    for (let burst = 0; burst < 9; burst++) {
      trade(50 + burst * 1000, 1050 + burst * 1000)
      await network.pass(16)
    }
    expect(list.rows()).toEqual(first)
    expect(rendered).toHaveBeenCalledTimes(0)

    const scroller = list.root()
    act(() => {
      scroller.scrollTop = 9050 * 24 - 240
      scroller.dispatchEvent(new Event('scroll'))
    })
    await network.pass(200)
    expect(list.rows().at(-1)).toBe('HLDF 9049.00')
    expect(list.rows().length).toBeLessThan(30)

    // When the list is full, visible rows scroll away, and only new rows render.
    trade(9050, 20_000)
    await network.pass(16)
    rendered.mockClear()
    const before = new Set(list.rows())
    trade(20_000, 20_005)
    await network.pass(16)
    const fresh = list.rows().filter((row) => !before.has(row))
    expect(fresh).toHaveLength(5)
    expect(rendered).toHaveBeenCalledTimes(5)
    expect(list.rows().length).toBeLessThan(30)
  },
)

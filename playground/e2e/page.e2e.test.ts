import { createRequire } from 'node:module'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Chromium, type PlaygroundPage, expectNoConsoleErrors, openBrowser, poll } from './openBrowser.ts'
import { type RunningPlayground, startPlayground } from './startPlayground.ts'

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

let server: RunningPlayground
let browser: Chromium
let here: PlaygroundPage
beforeAll(async () => {
  ;[server, browser] = await Promise.all([startPlayground(), openBrowser()])
})
afterAll(async () => {
  await browser.close()
  await server.stop()
})
afterEach(async () => {
  expectNoConsoleErrors(here)
  await here.close()
  await server.control('reset')
})

async function open(options?: Parameters<Chromium['open']>[1]): Promise<void> {
  here = await browser.open(server.url, options)
  for (const panel of here.panels) await panel.is('open')
}
const connections = async (): Promise<number> => (await server.stats()).connections

describe('unmounting', () => {
  it('closes the connection, and mounting opens a new one', async () => {
    await open()
    await poll(connections).toBe(2)
    await here.panels[0].part('mount').click()
    await poll(connections).toBe(1)
    await here.panels[1].part('mount').click()
    await poll(connections).toBe(0)
    for (const panel of here.panels) await panel.part('mount').click()
    for (const panel of here.panels) await panel.is('open')
    await poll(connections).toBe(2)
  })

  it('opens only one connection per panel, even in React’s strict mode, which only the development server has', async () => {
    const development = await startPlayground('--dev')
    here = await browser.open(development.url)
    for (const panel of here.panels) await panel.is('open')
    expect((await development.stats()).accepted).toBe(2)
    await here.close()
    await development.stop()
  })

  it('cancels a pending reconnect attempt', async () => {
    // The fake clock applies to the whole profile, so this one is not used again.
    await open({})
    await here.page.clock.install()
    await server.control('restart', { seconds: 200, announced: true })
    for (const panel of here.panels)
      await panel
        .part('countdown')
        .getByText(/^(19\d|20\d)\.\d s$/)
        .waitFor()
    for (const panel of here.panels) await panel.part('mount').click()
    await server.control('reset')
    const { accepted } = await server.stats()
    await here.page.clock.runFor(220_000)
    expect(await server.stats()).toMatchObject({ connections: 0, accepted })
  })
})

describe('one shared connection', () => {
  it('serves both panels with one connection until the last panel is unmounted', async () => {
    await open()
    await here.apply({ shared: 'true' })
    for (const panel of here.panels) await panel.is('open')
    await poll(connections).toBe(1)
    const [vue, react] = here.panels
    for (const panel of here.panels)
      await panel
        .part('silence')
        .getByText(/last frame \d+\.\d s ago/)
        .waitFor()
    await vue.send('from one')
    expect(await react.shows('from one')).toBe(1)
    await react.part('name').fill('Both of us')
    await react.part('name').press('Enter')
    await vue.part('users').getByText('Both of us').waitFor()
    expect(await vue.part('name').inputValue()).toBe('Both of us')

    await vue.part('mount').click()
    await react.send('still there')
    await react.shows('still there')
    expect(await connections()).toBe(1)
    await react.part('mount').click()
    await poll(connections).toBe(0)
    await vue.part('mount').click()
    await vue.is('open')
    expect(await connections()).toBe(1)
  })
})

describe('the settings', () => {
  it('rejects an invalid setting with the error of the library, and keeps the connections', async () => {
    await open()
    await here.apply({ url: 'ftp://example.org' })
    await here.part('settings-error').getByText(/url/i).waitFor()
    for (const panel of here.panels) await panel.is('open')
    expect(await connections()).toBe(2)
    await here.part('settings-reset').click()
    await poll(() => here.part('settings-error').textContent()).toBe('')
  })

  it('names the present settings in one line, and uses the defaults only after "Apply"', async () => {
    await open()
    const [summary, shared, interval] = ['summary', 'shared', 'interval'].map((name) => here.part(`settings-${name}`))
    const line = (): Promise<string | undefined> => summary!.innerText()
    expect(await line()).toContain('own connections · nothing lost · heartbeat set by the server')
    expect(await shared!.isVisible()).toBe(false)
    await here.apply({ session: 'false', interval: '2500' })
    expect(await line()).toContain('plain · heartbeat 2.5 s / 3 s')
    await here.part('settings-reset').click()
    expect(await interval!.inputValue()).toBe('5000')
    expect(await line()).toContain('plain')
    await here.part('settings-apply').click()
    expect(await line()).toContain('nothing lost')
  })

  it('restores the settings after a reload', async () => {
    await open()
    await here.apply({ shared: 'true', interval: '777' })
    await here.page.reload()
    expect(here.consoleErrors.splice(0)).toEqual(['page reloaded'])
    expect(await here.part('settings-interval').inputValue()).toBe('777')
    for (const panel of here.panels) await panel.is('open')
    await poll(connections).toBe(1)
  })
})

describe('the code of a panel', () => {
  it('is shown with the present settings, and copied', async () => {
    await open({ permissions: ['clipboard-read', 'clipboard-write'] })
    await here.apply({ session: 'false', attempts: '7' })
    for (const panel of here.panels) {
      await panel.part('code').click()
      const code = await here.part('code-text').textContent()
      expect(code).toContain('reconnect: { maxAttempts: 7 }')
      expect(code).toContain(`from '@holdfast/${panel.kind}'`)
      await here.part('code-copy').click()
      await here.part('code-dialog').getByText('Copied.').waitFor()
      expect(await here.page.evaluate(() => navigator.clipboard.readText())).toBe(code)
      await here.part('code-close').click()
    }
  })
})

describe('without a mouse', () => {
  it('sends a message by Enter in the message field, and by the button after Tab', async () => {
    await open()
    for (const panel of here.panels) {
      await panel.part('name').focus()
      await tabTo(`${panel.kind}-message`)
      await here.page.keyboard.type(`${panel.kind} by Enter`)
      await here.page.keyboard.press('Enter')
      await panel.shows(`${panel.kind} by Enter`)
      expect(await focused()).toBe(`${panel.kind}-message`)
      await here.page.keyboard.type(`${panel.kind} by button`)
      await tabTo(`${panel.kind}-send`)
      await here.page.keyboard.press('Space')
      await panel.shows(`${panel.kind} by button`)
    }
  })

  it('reaches every control by Tab, each with a name and a visible focus', async () => {
    await open()
    await here.part('settings-summary').click()
    const controls = await here.page
      .locator('button:visible, input:visible, select:visible')
      .evaluateAll((elements) => elements.map((element) => (element as HTMLElement).dataset['testid']))
    const seen = new Set<string | undefined>()
    for (let presses = 0; presses < 2 * controls.length && seen.size < controls.length; presses += 1) {
      await here.page.keyboard.press('Tab')
      const id = await focused()
      if (!controls.includes(id)) continue
      seen.add(id)
      expect(
        await here.page.evaluate(() => getComputedStyle(document.activeElement ?? document.body).outlineStyle),
      ).toBe('solid')
    }
    expect([...seen].sort()).toEqual([...controls].sort())

    await here.page.getByText('Skip to the faults').focus()
    await here.page.keyboard.press('Enter')
    await here.page.keyboard.press('Tab')
    expect(await focused()).toBe('fault-clients')
    // The new fragment in the URL.
    expect(here.consoleErrors.splice(0)).toEqual(['page reloaded'])
    const nameless = await here.page
      .locator('button, input, select')
      .evaluateAll((elements) =>
        elements
          .filter(
            (element) =>
              !element.textContent &&
              !element.ariaLabel &&
              !(element as HTMLInputElement).labels?.[0]?.textContent?.trim(),
          )
          .map((element) => element.outerHTML),
      )
    expect(nameless).toEqual([])
  })

  async function tabTo(testId: string): Promise<void> {
    for (let presses = 0; presses < 12 && (await focused()) !== testId; presses += 1)
      await here.page.keyboard.press('Tab')
    expect(await focused()).toBe(testId)
  }

  const focused = (): Promise<string | undefined> =>
    here.page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset['testid'])
})

describe('the layout', () => {
  it('needs no horizontal scrolling from 320 to 1600 pixels', async () => {
    await open()
    await here.panels[0].send('averylongwordwithoutanyplacetobreakit'.repeat(10))
    await here.panels[1].part('chat').getByText('averylong').waitFor()
    await server.control('close', { code: 4000, reason: 'averylongreason'.repeat(8) })
    for (const panel of here.panels) await panel.part('last-close').getByText('averylong').waitFor()
    for (const width of [320, 375, 480, 640, 799, 800, 1024, 1199, 1200, 1600]) {
      await here.page.setViewportSize({ width, height: 700 })
      await here.page.locator('#settings-box').evaluate((box: HTMLDetailsElement) => {
        box.open = true
      })
      const [scrolled, shown] = await here.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth])
      expect([width, scrolled]).toEqual([width, shown])
    }
  })

  /** The names of the elements that are not fully in the viewport, or that another element covers. */
  const outOfView = (...locators: ReturnType<typeof here.part>[]): Promise<string[]> =>
    Promise.all(
      locators.map((locator) =>
        locator.evaluateAll((elements) =>
          elements.flatMap((element) => {
            const { top, left, bottom, right } = element.getBoundingClientRect()
            const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2)
            const isShown = top >= 0 && left >= 0 && bottom <= innerHeight && right <= innerWidth && bottom > top
            return isShown && (element.contains(hit) || hit?.contains(element)) ? [] : [element.outerHTML.slice(0, 80)]
          }),
        ),
      ),
    ).then((lists) => lists.flat())

  it('shows everything at 1440×900: statuses, time lines, newest lines, composers and all faults', async () => {
    await open()
    await here.page.setViewportSize({ width: 1440, height: 900 })
    for (const panel of here.panels) {
      await panel.send(`${panel.kind} in view`)
      await panel.shows(`${panel.kind} in view`)
      expect(await panel.part('log').getAttribute('aria-live')).toBe('off')
    }
    const parts = ['status', 'silence', 'timeline', 'last-close', 'connect', 'message', 'send', 'counts']
    const newest = here.panels.flatMap((panel) => ['chat', 'log'].map((name) => panel.part(name).locator('li').last()))
    expect(
      await outOfView(
        here.page.locator('#faults button:visible'),
        ...here.panels.flatMap((panel) => parts.map((name) => panel.part(name))),
        ...newest,
      ),
    ).toEqual([])
    expect(await here.page.evaluate(() => document.documentElement.scrollHeight)).toBe(900)
  })

  it('shows on a phone both connections, one panel and the faults, and what a freeze does before the status changes', async () => {
    here = await browser.open(server.url, {
      viewport: { width: 390, height: 844 },
      reducedMotion: 'no-preference', // texts and time line are drawn ten times a second
    })
    const bars = here.panels.map(({ kind }) => here.part(`bar-${kind}`))
    for (const bar of bars) await bar.getByText('open', { exact: true }).waitFor()
    const [vue, react] = here.panels
    const panels = (): Promise<boolean[]> =>
      Promise.all([vue, react].map((panel) => panel.part('timeline').isVisible()))
    expect(await panels()).toEqual([true, false])
    await bars[1]!.click()
    expect(await panels()).toEqual([false, true])

    const shown = await here.page.evaluateHandle(() => {
      const texts: string[] = []
      const parts = document.querySelectorAll(
        '[data-testid=bar-vue], [data-testid=react-silence], [data-testid=react-status]',
      )
      const observer = new MutationObserver(() => texts.push([...parts].map((part) => part.textContent).join(' | ')))
      for (const part of parts) observer.observe(part, { subtree: true, characterData: true, childList: true })
      return texts
    })
    const freeze = here.part('fault-freeze')
    expect(await outOfView(freeze, ...bars)).toEqual([])
    await freeze.click()
    await react.is('reconnecting')
    const texts = await shown.jsonValue()
    const first = (pattern: RegExp): number => texts.findIndex((text) => pattern.test(text))
    const steps = [
      /\| open \| last frame [1-4]\.\d s ago · ping in/,
      /\| open \| silent for \d\.\d s · pinged \d\.\d s ago, no answer · gives up in \d\.\d s/,
      /^Vueno answersilent for .* \| open, no answer \|/,
      /\| reconnecting \|/,
    ].map(first)
    expect(steps).not.toContain(-1)
    expect(steps).toEqual([...steps].sort((a, b) => a - b))
    expect(await outOfView(freeze, ...bars, react.part('status'), react.part('silence'))).toEqual([])
    const heights = await here.page
      .locator('button:visible, input:visible, select:visible')
      .evaluateAll((controls) =>
        controls
          .filter((control) => (control.closest('label') ?? control).getBoundingClientRect().height < 44)
          .map((control) => control.outerHTML.slice(0, 80)),
      )
    expect(heights).toEqual([])
    here.consoleErrors.splice(0)
  })

  it.each(['light', 'dark'] as const)(
    'has no finding of axe and a contrast of at least 4.5 in the %s theme',
    async (colorScheme) => {
      await open({ colorScheme }) // with reduced motion, so without transitions, which would be measured halfway
      await here.page.addScriptTag({ path: axe })
      const findings = (): Promise<string[]> =>
        here.page.evaluate(async () => {
          const { violations } = await (globalThis as unknown as { axe: typeof import('axe-core') }).axe.run()
          return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' ')}`)
        })
      expect(await findings()).toEqual([])
      await here.page.setViewportSize({ width: 390, height: 844 })
      expect(await findings(), 'on a phone').toEqual([])
      await here.page.setViewportSize({ width: 1280, height: 720 })
      const ratios = await here.page.evaluate(() => {
        const luminance = (color: string): number => {
          const [r = 0, g = 0, b = 0] = (color.match(/[\d.]+/g) ?? []).slice(0, 3).map((part) => {
            const value = Number(part) / 255
            return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
          })
          return 0.2126 * r + 0.7152 * g + 0.0722 * b
        }
        const background = (element: Element | null): string => {
          for (let at = element; at; at = at.parentElement) {
            const color = getComputedStyle(at).backgroundColor
            if (!/^rgba\(.*, 0\)$/.test(color)) return color
          }
          return 'rgb(255, 255, 255)'
        }
        return [
          ...document.querySelectorAll(
            'h1, h2, h3, p, dt, dd, button, label, .badge, .axis span, .legend li, .latency-line span, .log span, .log time, .chat li, [data-stat]',
          ),
        ]
          .filter((element) => element.textContent?.trim() && element.checkVisibility())
          .map((element) => {
            const [light = 1, dark = 0] = [
              luminance(getComputedStyle(element).color),
              luminance(background(element)),
            ].sort((a, b) => b - a)
            return { text: element.textContent?.trim().slice(0, 30), ratio: (light + 0.05) / (dark + 0.05) }
          })
          .filter(({ ratio }) => ratio < 4.5)
      })
      expect(ratios).toEqual([])
      await here.part('vue-code').click()
      expect(await findings()).toEqual([])
    },
  )
})

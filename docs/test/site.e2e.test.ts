/** The built site in Chromium, from a plain file server, below a folder. */

import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { AxeResults, RunOptions } from 'axe-core'
import { type Browser, type Page, chromium } from 'playwright'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { sections } from '../.vitepress/pages.ts'
import { BASE, type BuiltSite, ORIGIN, buildSite } from './builtSite.ts'

let site: BuiltSite
let browser: Browser
const foreign = new Set<string>()

beforeAll(async () => {
  const executablePath = process.env['CHROMIUM']
  ;[site, browser] = await Promise.all([
    buildSite(),
    chromium.launch({
      ...(executablePath && { executablePath }),
      args: ['--no-sandbox', '--disable-background-networking'],
    }),
  ])
})
afterAll(async () => {
  await browser.close()
  site.close()
})

/** Opens a page in a new profile, and notes requests to other origins. */
const open = async (path: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> => {
  const context = await browser.newContext(options)
  onTestFinished(() => context.close())
  const page = await context.newPage()
  page.on('request', (request) => {
    if (!request.url().startsWith(new URL(site.url).origin)) foreign.add(request.url())
  })
  await page.goto(site.url + path)
  return page
}

/** Types into the search, and returns the paths of the results. */
const search = async (page: Page, text: string): Promise<string[]> => {
  if (!(await page.locator('#localsearch-input').isVisible())) await page.keyboard.press('Control+k')
  await page.locator('#localsearch-input').fill(text)
  await page.locator(`.results a.result, .no-results strong:text-is("${text}")`).first().waitFor()
  // The results of the text before stay until those of this one have replaced them.
  await expect.poll(() => page.evaluate(() => sessionStorage.getItem('vitepress:local-search-filter'))).toBe(text)
  const links = await page.locator('.results a.result').all()
  return Promise.all(links.map(async (link) => ((await link.getAttribute('href')) ?? '').slice(BASE.length)))
}

describe('the search', () => {
  it.each([
    ['', 'maxAttempts', /^reference\/options\.html#reconnecting/],
    ['', 'half-open', /^guide\/(what-happens-when|heartbeat)\.html/],
    ['zh/', '心跳', /^zh\/(guide\/heartbeat|reference\/options)\.html/],
    ['zh/', '断线重连', /^zh\/(guide\/reconnecting|reference\/options)\.html/],
    ['zh/', 'maxAttempts', /^zh\/reference\/options\.html#reconnecting/],
  ])('finds on /%s the text %s, in pages of this language only', async (path, text, expected) => {
    const page = await open(path)
    const results = await search(page, text)
    expect(results.slice(0, 3)).toContainEqual(expect.stringMatching(expected))
    expect(results.filter((result) => result.startsWith('zh/') !== path.startsWith('zh/'))).toEqual([])
    await page.keyboard.press('Enter')
    await page.waitForURL(`**/${results[0]!.replace(/#.*/, '')}*`)
  })

  it.each([
    ['', 'qxzvwk'],
    ['', '心跳'],
    ['zh/', '电影院'],
  ])('finds on /%s nothing for %s', async (path, text) => {
    expect(await search(await open(path), text)).toEqual([])
  })
})

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds on the page as it is shown. */
const findings = async (page: Page, options: RunOptions = {}): Promise<[rule: string, elements: string[]][]> => {
  const { violations } = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify(options)})`)
  return violations.map(({ id, nodes }) => [id, nodes.slice(0, 3).map(({ html }) => html)])
}

const widthOf = (page: Page): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth)

/** With `SITE=all` axe checks all pages, also on a phone. That takes minutes. */
const isComplete = process.env['SITE'] === 'all'
/** One page for each layout: code groups and a figure; boxes, lists and long code; a diagram and tables. */
const LAYOUTS = ['index', 'start/vue', 'guide/what-happens-when']
const ALL = ['index', ...sections.flatMap(({ pages }) => pages.map(({ path }) => path))]

it.each((isComplete ? ALL : LAYOUTS).flatMap((path) => [`${path}.html`, `zh/${path}.html`]))(
  'has no finding of axe in %s, light and dark, and does not scroll sideways at 360 px',
  async (path) => {
    const page = await open(path, { colorScheme: 'light', reducedMotion: 'reduce' })
    await page.evaluate(axe)
    expect(await findings(page), 'light').toEqual([])
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.locator('html.dark').waitFor()
    // Only colours differ.
    expect(await findings(page, { runOnly: ['color-contrast'] }), 'dark').toEqual([])
    await page.setViewportSize({ width: 360, height: 740 })
    expect(await widthOf(page)).toBe(360)
    if (isComplete) expect(await findings(page), 'dark, on a phone').toEqual([])
  },
)

it('scrolls no page sideways at a width of 360 px', async () => {
  // Without scripts, and in one document, because all pages have the same styles: to load each page takes much longer.
  const page = await open('', { viewport: { width: 360, height: 740 }, javaScriptEnabled: false })
  const wide: string[] = []
  // Both languages have the same tables and code, and Chinese lines break anywhere. `SITE=all` checks the Chinese pages above.
  for (const path of site.pages.filter((each) => !/^zh\/./.test(each) || each === 'zh/index.html')) {
    const width = await page.locator('html').evaluate((html, text) => {
      html.querySelector('body')!.innerHTML = new DOMParser().parseFromString(text, 'text/html').body.innerHTML
      return html.scrollWidth
    }, site.read(path))
    if (width > 360) wide.push(`${path}: ${width}`)
  }
  expect(wide).toEqual([])
})

it('requests nothing from another origin', async () => {
  await open('')
  await open('guide/heartbeat.html')
  expect([...foreign]).toEqual([])
})

/** `npm run docs:build` puts its build into the folder `lab` of the site. */
const LABORATORY = join(import.meta.dirname, '../../laboratory')

it('links only to pages and headings that exist', () => {
  const files = new Map(site.pages.map((path) => [path, site.read(path)]))
  const idsOf = (html: string): Set<string> => new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id = '']) => id))
  const ids = new Map([...files].map(([path, html]) => [path, idsOf(html)]))
  const broken = [...files].flatMap(([path, html]) =>
    [...html.matchAll(/<a [^>]*?href="([^"]+)"/g)].flatMap(([, href = '']) => {
      const { origin, pathname, hash } = new URL(href.replaceAll('&amp;', '&'), `http://site${BASE}${path}`)
      if (origin !== 'http://site') return []
      const target = pathname.slice(BASE.length).replace(/(^|\/)$/, '$1index.html')
      if (target.startsWith('lab/')) return existsSync(join(LABORATORY, target.slice(4))) ? [] : [`${path} → ${href}`]
      const found = ids.get(target)
      const exists = found ? !hash || found.has(decodeURIComponent(hash.slice(1))) : site.has(target)
      return pathname.startsWith(BASE) && exists ? [] : [`${path} → ${href}`]
    }),
  )
  expect([...new Set(broken)]).toEqual([])
})

it('describes each page and its link preview in the head, and lists all pages in the sitemap', () => {
  const addressOf = (path: string): string => `${ORIGIN}${BASE}${path.replace(/(^|\/)index\.html$/, '$1')}`
  const missing = site.pages.flatMap((path) => {
    const html = site.read(path)
    const english = path.replace(/^zh\//, '')
    const [, title = 'a title'] = /<title>([^<]+)<\/title>/.exec(html) ?? []
    const [, description = 'a description'] = /<meta name="description" content="([^"]+)">/.exec(html) ?? []
    return [
      `<title>${title}</title>`,
      `<meta property="og:title" content="${title}">`,
      `<meta property="og:description" content="${description}">`,
      `<meta property="og:url" content="${addressOf(path)}">`,
      '<meta name="twitter:card" content="summary">',
      `<link rel="canonical" href="${addressOf(path)}">`,
      `<link rel="alternate" hreflang="en" href="${addressOf(english)}">`,
      `<link rel="alternate" hreflang="zh-CN" href="${addressOf(`zh/${english}`)}">`,
    ].flatMap((part) => (html.includes(part) ? [] : [`${path}: ${part}`]))
  })
  expect(missing).toEqual([])
  const listed = [...site.read('sitemap.xml').matchAll(/<loc>([^<]+)<\/loc>/g)].map(([, address]) => address)
  expect(listed.sort()).toEqual(site.pages.map(addressOf).sort())
})

it('has the same anchors in both languages', () => {
  const anchors = (path: string): (string | undefined)[] =>
    [...site.read(path).matchAll(/<h[2-6] id="([^"]+)"/g)].map(([, id]) => id)
  const english = site.pages.filter((path) => !path.startsWith('zh/'))
  const anchorsBelow = (language: string) => english.map((path) => [path, anchors(language + path)])
  expect(anchorsBelow('zh/')).toEqual(anchorsBelow(''))
})

it.each(['', 'zh/'])('shows below /%s the state diagram and the contents of CHANGELOG.md', (language) => {
  expect(site.read(`${language}guide/what-happens-when.html`)).toMatch(/<svg class="states"[^]*>reconnecting<\/text>/)
  expect(site.read(`${language}more/changelog.html`)).toContain('The four packages share one version.')
})

it('has each English page in the text versions, with its code and without comments for maintainers', () => {
  const [index, all] = [site.read('llms.txt'), site.read('llms-full.txt')]
  const english = site.pages.filter((path) => !path.startsWith('zh/') && path !== 'index.html')
  for (const path of english) expect(index).toContain(path.replace('.html', '.md'))
  expect(index).not.toContain('/zh')
  expect(all).toContain("import { useWebSocket } from '@holdfast/vue'")
  const links = [...all.matchAll(/\]\((\/[^)#]*|https:\/\/docs\.example[^)#]*)/g)].map(([, link = '']) => link)
  expect(links.length).toBeGreaterThan(200)
  const home = `${ORIGIN}${BASE}`
  expect(links.filter((link) => !link.startsWith(home) || !site.has(link.slice(home.length)))).toEqual([])
  expect(all.match(/^<<<.*|#region.*/gm)).toBeNull()
  for (const path of site.pages) expect(site.read(path)).not.toMatch(/#region|#endregion/)
})

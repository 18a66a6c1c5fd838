import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig, type DefaultTheme, type HeadConfig, type TransformContext } from 'vitepress'
import llms from 'vitepress-plugin-llms'
import { cleanExample, cleanTextVersions } from './examples.ts'
import { chinese, english } from './labels.ts'
import { sections } from './pages.ts'
import { boostDocument, tokenize } from './search.ts'

const folder = join(import.meta.dirname, '..')
const base = process.env['DOCS_BASE'] ?? '/'
/** The address without the base, such as `https://example.org`. Without it, nothing that needs an absolute address is written. */
const origin = process.env['DOCS_ORIGIN']?.replace(/\/$/, '')

/** The paths of the Chinese pages in the text versions. */
const CHINESE = ['zh.md', 'zh/**']

type Language = 'en' | 'zh'

/** The sections with the pages whose file exists. */
const sectionsOf = (language: Language) =>
  sections
    .map(({ pages, ...titles }) => ({
      text: titles[language],
      items: pages
        .filter(({ path }) => existsSync(join(folder, language === 'zh' ? 'zh' : '.', `${path}.md`)))
        .map((page) => ({ text: page[language], link: `${language === 'zh' ? '/zh' : ''}/${page.path}` })),
    }))
    .filter(({ items }) => items.length > 0)

const sidebar = (language: Language): DefaultTheme.SidebarItem[] =>
  // Start and Guides are open. The others open when they contain the current page.
  sectionsOf(language).map((section, index) => ({ ...section, collapsed: index > 1 }))

const nav = (language: Language): DefaultTheme.NavItem[] =>
  sectionsOf(language).map(({ text, items: [{ link } = { link: '/' }] }) => ({
    text,
    link,
    activeMatch: `^${link.replace(/[^/]*$/, '')}`,
  }))

const addressOf = (page: string): string =>
  `${origin}${base}${page.replace(/(^|\/)index\.md$/, '$1').replace(/\.md$/, '.html')}`

/** The address of a page, and of both of its languages. */
function addresses(page: string): HeadConfig[] {
  const path = page.replace(/^zh\//, '')
  const links = { 'en': path, 'zh-CN': `zh/${path}`, 'x-default': path }
  return [
    ['link', { rel: 'canonical', href: addressOf(page) }],
    ...Object.entries(links).map(([hreflang, target]): HeadConfig => [
      'link',
      { rel: 'alternate', hreflang, href: addressOf(target) },
    ]),
  ]
}

/** What a link to the page shows in a chat or a social network. There are no images: they would need a browser in the build. */
const preview = ({ page, title, description, siteData }: TransformContext): HeadConfig[] =>
  Object.entries({
    'og:type': 'article',
    'og:site_name': siteData.title,
    'og:title': title,
    'og:description': description,
    'og:locale': page.startsWith('zh/') ? 'zh_CN' : 'en_US',
    ...(origin ? { 'og:url': addressOf(page) } : {}),
  })
    .map(([property, content]): HeadConfig => ['meta', { property, content }])
    // Twitter and others read the title and the description above.
    .concat([['meta', { name: 'twitter:card', content: 'summary' }]])

export default defineConfig({
  title: 'Holdfast',
  base,
  head: [
    ['link', { rel: 'icon', type: 'image/svg+xml', href: `${base}logo.svg` }],
    ['meta', { name: 'theme-color', content: '#0f5f6b' }],
  ],
  // A sitemap needs absolute addresses.
  ...(origin ? { sitemap: { hostname: `${origin}${base}` } } : {}),
  // The tables of these pages are as wide as the text and the outline.
  transformPageData: ({ relativePath, frontmatter }) => {
    if (/^(zh\/)?(migration\/|more\/(comparison|laboratory)|reference\/server)/.test(relativePath))
      frontmatter['aside'] = false
  },
  transformHead: (context) =>
    context.page === '404.md' ? [] : [...preview(context), ...(origin ? addresses(context.page) : [])],
  locales: {
    root: {
      label: 'English',
      lang: 'en',
      description:
        'A WebSocket client for Vue, React and plain TypeScript: reconnects, heartbeats, a send queue, sessions.',
      themeConfig: { ...english.theme, nav: nav('en'), sidebar: sidebar('en') },
    },
    zh: {
      label: '简体中文',
      lang: 'zh-CN',
      description: '用于 Vue、React 和纯 TypeScript 的 WebSocket 客户端：断线重连、心跳检测、发送队列、会话恢复。',
      themeConfig: { ...chinese.theme, nav: nav('zh'), sidebar: sidebar('zh') },
      markdown: chinese.markdown,
    },
  },
  themeConfig: {
    logo: '/logo.svg',
    search: {
      provider: 'local',
      options: {
        locales: { root: english.search, zh: chinese.search },
        miniSearch: { options: { tokenize }, searchOptions: { boostDocument } },
      },
    },
  },
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    languageAlias: { conf: 'nginx', cfg: 'ini' },
    snippet: { stripRegionMarkers: 'all' },
    // Not `preConfig`: VitePress creates two renderers at the same time, awaits that hook, and then adds all plugins twice to one of them.
    config(md) {
      const { highlight } = md.options
      if (highlight)
        md.options.highlight = (code: string, lang: string, attrs: string) => highlight(cleanExample(code), lang, attrs)
    },
  },
  vite: {
    plugins: [
      // The Chinese pages are available as Markdown, too, but the two text files contain one language.
      llms({
        injectLLMHint: false,
        sidebar: sidebar('en'),
        ignoreFilesPerOutput: { llmsTxt: CHINESE, llmsFullTxt: CHINESE },
        ...(origin ? { domain: origin } : {}),
      }),
    ],
  },
  buildEnd: ({ outDir }) => cleanTextVersions(outDir, `${origin ?? ''}${base}`),
})

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig, type DefaultTheme } from 'vitepress'
import { sections } from './pages.ts'

const folder = join(import.meta.dirname, '..')

/** Only pages whose file exists are listed. */
const sidebar = (language: 'en' | 'zh'): DefaultTheme.SidebarItem[] =>
  sections
    .map(({ pages, ...titles }) => ({
      text: titles[language],
      items: pages
        .filter(({ path }) => existsSync(join(folder, language === 'zh' ? 'zh' : '.', `${path}.md`)))
        .map((page) => ({ text: page[language], link: `${language === 'zh' ? '/zh' : ''}/${page.path}` })),
    }))
    .filter(({ items }) => items.length > 0)

export default defineConfig({
  title: 'Holdfast',
  base: process.env['DOCS_BASE'] ?? '/',
  cleanUrls: false,
  locales: {
    root: { label: 'English', lang: 'en', themeConfig: { sidebar: sidebar('en') } },
    zh: { label: '简体中文', lang: 'zh-CN', themeConfig: { sidebar: sidebar('zh') } },
  },
  themeConfig: { search: { provider: 'local' } },
})

import { h } from './dom.ts'
import type { Texts } from './texts/index.ts'

/** The title of the page, and the switch to the other language. */
export const createHeader = (texts: Texts, switchLanguage: () => void): HTMLElement =>
  h(
    'header',
    { class: 'top' },
    h('div', {}, h('h1', {}, texts.title), h('p', {}, texts.tagline)),
    h(
      'button',
      {
        class: 'language',
        attributes: { type: 'button', lang: texts.language === 'en' ? 'zh-CN' : 'en' },
        on: { click: switchLanguage },
      },
      texts.otherLanguage,
    ),
  )

import { readParameters } from './address.ts'
import { type Language, chooseLanguage } from './texts/index.ts'

/** Applies the language and the theme of the hash, and starts the page in its element. */
export function startPage(start: (root: HTMLElement, language: Language) => Promise<void>): void {
  const parameters = readParameters(location.hash)
  const theme = parameters.get('theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset['theme'] = theme
  const root = document.querySelector<HTMLElement>('#app')
  if (root) void start(root, chooseLanguage(parameters.get('lang'), navigator.languages))
}

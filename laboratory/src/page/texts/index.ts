import { en } from './en.ts'
import type { Language, Texts } from './texts.ts'
import { zh } from './zh.ts'

export * from './texts.ts'

export const TEXTS: Record<Language, Texts> = { en, zh }

/** Returns the language that was asked for, or that of the browser. */
export const chooseLanguage = (wanted: string | null, preferred: readonly string[]): Language => {
  if (wanted === 'en' || wanted === 'zh') return wanted
  return preferred.find((one) => /^(en|zh)\b/.test(one))?.startsWith('zh') ? 'zh' : 'en'
}

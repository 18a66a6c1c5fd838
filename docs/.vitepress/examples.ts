import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The opening comment of an example, which is for maintainers. That of a declaration has no empty line after it. */
const OPENING = /^\/\*\*[^]*?\*\/\n\n+/
const MARKERS = /^[ \t]*(?:\/\/|<!--|\/\*) ?#(?:end)?region\b.*\n?/gm

/** Removes from an example what is not for readers: the opening comment and the markers of regions. */
export const cleanExample = (code: string): string => code.replace(OPENING, '').replace(MARKERS, '')

/**
 * Does the same in the text versions of the pages (`llms-full.txt` and `*.md`), because the plugin that writes them imports files itself. Their
 * links begin with the address of the site, because they are read without the site.
 */
export function cleanTextVersions(folder: string, site: string): void {
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!/\.md$|^llms-full\.txt$/.test(path)) continue
    const file = join(folder, path)
    const text = readFileSync(file, 'utf8')
    const cleaned = text
      .replace(
        /^( *```(?:ts|tsx|vue|js|jsx|mjs)\b.*\n)([^]*?)(^ *```$)/gm,
        (_, open: string, code: string, close: string) => `${open}${cleanExample(code)}${close}`,
      )
      .replaceAll('](/', `](${site}`)
    if (cleaned !== text) writeFileSync(file, cleaned)
  }
}

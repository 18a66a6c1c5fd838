import type { LaneId } from '../scenario/schema.ts'
import { h, setText } from './dom.ts'
import type { Texts } from './texts/index.ts'

/** The files of the lanes, as text. They are loaded when they are shown. */
const files = import.meta.glob<string>('../arena/lanes/*.{ts,tsx}', { query: '?raw', import: 'default' })

/** Returns the name and the text of the file that runs in a lane. */
export async function loadCode(id: LaneId): Promise<{ name: string; text: string } | null> {
  const found = Object.entries(files).find(([path]) => path.replace(/^.*\/|\.tsx?$/g, '') === id)
  return found ? { name: found[0].replace(/^.*\//, ''), text: await found[1]() } : null
}

export interface CodeDialog {
  element: HTMLDialogElement
  show(id: LaneId): Promise<void>
}

/** A dialog with the code of a lane. */
export function createCodeDialog(texts: Texts, copy: (text: string) => Promise<boolean>): CodeDialog {
  const title = h('h2', { attributes: { id: 'code-title' } })
  const fileName = h('p', { class: 'file-name' })
  const code = h('code')
  const copyButton = h(
    'button',
    {
      attributes: { type: 'button' },
      on: {
        click: () => void copy(code.textContent).then((isCopied) => isCopied && setText(copyButton, texts.copied)),
      },
    },
    texts.copy,
  )
  const close = h('button', { attributes: { type: 'button' }, on: { click: () => element.close() } }, texts.close)
  const element = h(
    'dialog',
    { class: 'code-dialog', attributes: { 'aria-labelledby': 'code-title' } },
    h('header', {}, h('div', {}, title, fileName), h('div', { class: 'buttons' }, copyButton, close)),
    h('pre', { attributes: { tabindex: 0 } }, code),
  )
  return {
    element,
    async show(id) {
      const file = await loadCode(id)
      if (!file) return
      setText(title, texts.codeOf(texts.lanes[id]))
      setText(fileName, `${file.name} · ${texts.codeNote}`)
      setText(copyButton, texts.copy)
      setText(code, file.text)
      if (!element.open) element.showModal()
    },
  }
}

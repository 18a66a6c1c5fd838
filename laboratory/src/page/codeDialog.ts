import { LANES } from '../arena/lanes/catalogue.ts'
import type { LaneId } from '../scenario/schema.ts'
import { h, setText } from './dom.ts'
import type { Texts } from './texts/index.ts'

export interface CodeDialog {
  element: HTMLDialogElement
  show(id: LaneId): Promise<void>
}

/** A dialog with the code of a lane. */
export function createCodeDialog(texts: Texts, copy: (text: string) => Promise<boolean>): CodeDialog {
  const title = h('h2', { attributes: { id: 'code-title' } })
  const fileName = h('p')
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
      const text = await LANES[id].setup()
      setText(title, texts.codeOf(texts.lanes[id]))
      setText(fileName, [LANES[id].version, texts.codeNote].filter(Boolean).join(' · '))
      setText(copyButton, texts.copy)
      setText(code, text)
      if (!element.open) element.showModal()
    },
  }
}

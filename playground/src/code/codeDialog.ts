// The dialog that shows a panel as one component, with a button that copies it.
import type { Settings } from '../settings.ts'
import type { Readable } from '../store.ts'
import { codeOf } from './codeOf.ts'

/** Opens the dialog when a button with `data-code` is pressed. */
export function bindCodeDialog(dialog: HTMLDialogElement, settings: Readable<Settings>): void {
  const [title, code, output] = ['h2', 'code', 'output'].map((name) => dialog.querySelector(name))
  const [copyButton, closeButton] = dialog.querySelectorAll('button')

  document.addEventListener('click', ({ target }) => {
    const kind = target instanceof Element && target.closest<HTMLElement>('[data-code]')?.dataset['code']
    if ((kind !== 'vue' && kind !== 'react') || !title || !code || !output) return
    title.textContent = kind === 'vue' ? 'A panel in Vue' : 'A panel in React'
    code.textContent = codeOf(kind, settings.get())
    output.textContent = ''
    dialog.showModal()
  })
  copyButton?.addEventListener('click', () => {
    if (code && output) void copy(code).then((text) => (output.textContent = text))
  })
  closeButton?.addEventListener('click', () => dialog.close())
}

/** Returns the result as a text for the user. */
async function copy(element: Element): Promise<string> {
  try {
    await navigator.clipboard.writeText(element.textContent)
    return 'Copied.'
  } catch {
    // There is no clipboard on pages that are served by HTTP from another machine, and the user may forbid it.
    getSelection()?.selectAllChildren(element)
    return 'The code is selected: press Ctrl+C or ⌘C.'
  }
}

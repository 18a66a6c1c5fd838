// The bar at the top of a phone: status and silence of both panels, and the switch between them.
import { h, setAttribute, setText } from '../../laboratory/src/page/dom.ts'
import type { Playground } from './playground.ts'
import { onTick } from './onTick.ts'
import { describeWire } from './wire/describeWire.ts'

const names = { vue: 'Vue', react: 'React' }

/** Fills the two buttons of the bar. */
export function bindPhoneBar(bar: HTMLElement, playground: Playground): void {
  const buttons = [...bar.querySelectorAll('button')].map((button) => {
    const kind: 'vue' | 'react' = button.dataset['panel'] === 'react' ? 'react' : 'vue'
    const status = h('span', { class: 'bar-status' })
    const silence = h('span', { class: 'bar-silence' })
    button.append(h('b', {}, names[kind]), status, silence)
    button.addEventListener('click', () => select(kind))
    return { kind, button, status, silence }
  })

  function select(kind: 'vue' | 'react'): void {
    document.body.dataset['panel'] = kind
    for (const { button, kind: other } of buttons) setAttribute(button, 'aria-pressed', String(other === kind))
  }

  function update(): void {
    // On a wide screen each panel shows this itself.
    if (bar.clientHeight === 0) return
    for (const { kind, button, status, silence } of buttons) {
      const state = describeWire(playground.wire(kind).history, performance.now())
      setAttribute(button, 'data-status', state.status)
      setAttribute(button, 'data-late', String(state.isLate))
      setText(status, state.isLate ? 'no answer' : state.status)
      setText(silence, state.shortSilence)
    }
  }

  select('vue')
  onTick(update)
}

import { verdictOf } from './describe.ts'
import { h, setAttribute, setText } from './dom.ts'
import type { View } from './laneRow.ts'
import type { RunState } from './runner.ts'
import type { Texts } from './texts/index.ts'

/** The result or the phase of the run in one or two sentences. A live region: screen readers read its changes. */
export function createStatus(texts: Texts, computedAt: () => string | null): View {
  const text = h('span')
  const note = h('small')
  const element = h('p', { class: 'verdict', attributes: { role: 'status' } }, text, ' ', note)
  const sentence = ({ phase, result, error }: RunState): string => {
    const { status } = texts
    if (phase === 'idle') return status.noExample
    if (phase === 'failed') return status.failed(error ?? '')
    if (phase === 'example' || phase === 'done') return result ? verdictOf(result, texts) : ''
    return status[phase]
  }
  return {
    element,
    update(state) {
      setText(text, sentence(state))
      setText(note, state.phase === 'example' ? texts.status.example(computedAt() ?? '') : '')
      setAttribute(element, 'data-phase', state.phase)
    },
  }
}

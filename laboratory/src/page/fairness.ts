import { h, withCode } from './dom.ts'
import type { Texts } from './texts/index.ts'

/** How the clients are compared. */
export const createFairness = (texts: Texts): HTMLElement =>
  h(
    'section',
    { class: 'fairness', attributes: { 'aria-labelledby': 'fairness-title' } },
    h('h2', { attributes: { id: 'fairness-title' } }, texts.fairness),
    h('ul', {}, ...texts.fairnessPoints.map((point) => h('li', {}, ...withCode(point)))),
  )

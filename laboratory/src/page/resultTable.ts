import { clockTime, counterTone, tableOf, toMarkdown } from './describe.ts'
import { h, setAttribute, setText } from './dom.ts'
import type { View } from './laneRow.ts'
import type { RunState } from './runner.ts'
import { COUNTERS, type Texts } from './texts/index.ts'

/** The result as a table, which can be copied as Markdown or JSON. */
export function createResultTable(texts: Texts, copy: (text: string) => Promise<boolean>): View {
  const caption = h('p', { class: 'result-caption' }, texts.noResult)
  const table = h('table', {})
  const scroll = h(
    'div',
    { class: 'scroll', attributes: { 'role': 'region', 'tabindex': 0, 'aria-labelledby': 'results-title' } },
    table,
  )
  let shown: RunState['result'] = null

  const copyButton = (label: string, text: () => string): HTMLButtonElement => {
    const button = h(
      'button',
      {
        attributes: { type: 'button' },
        on: { click: () => void copy(text()).then((isCopied) => isCopied && setText(button, texts.copied)) },
      },
      label,
    )
    return button
  }
  const copies = h(
    'div',
    { class: 'buttons' },
    copyButton(texts.copyMarkdown, () => (shown ? toMarkdown(tableOf(shown, COUNTERS, texts)) : '')),
    copyButton(texts.copyJson, () => (shown ? JSON.stringify(shown, null, 2) : '')),
  )

  return {
    element: h(
      'section',
      { class: 'results' },
      h('h2', { attributes: { id: 'results-title' } }, texts.results),
      caption,
      scroll,
      copies,
    ),
    update({ result }) {
      setAttribute(scroll, 'hidden', result === null)
      setAttribute(copies, 'hidden', result === null)
      if (result === shown) return
      shown = result
      setText(caption, texts.noResult)
      if (!result) return
      const published = Math.max(...result.lanes.map(({ counters }) => counters.published))
      setText(caption, texts.resultCaption(published, clockTime(result.end)))
      const [head = [], ...rows] = tableOf(result, COUNTERS, texts)
      table.replaceChildren(
        h('thead', {}, h('tr', {}, ...head.map((cell) => h('th', { attributes: { scope: 'col' } }, cell)))),
        h('tbody', {}, ...rows.map((cells, row) => tableRow(cells, result.lanes[row]?.counters))),
      )
    },
  }
}

type LaneCounters = NonNullable<RunState['result']>['lanes'][number]['counters']

function tableRow([name = '', version = '', ...values]: string[], counters: LaneCounters | undefined): HTMLElement {
  const tone = (index: number): string => {
    const counter = COUNTERS[index]
    return counters && counter ? counterTone(counters, counter, true) : ''
  }
  return h(
    'tr',
    {},
    h('th', { attributes: { scope: 'row' } }, name),
    h('td', {}, version),
    ...values.map((value, index) => h('td', { attributes: { 'data-tone': tone(index) } }, value)),
  )
}

// The time line of a panel, the same element in both frameworks: faults, status, pings and latency over the last 60 s. It is hidden from
// screen readers; the status and the silence beside it say the same as text.
import { h, setText } from '../../../laboratory/src/page/dom.ts'
import { createStrip } from '../../../laboratory/src/page/strip.ts'
import { axisTimes } from '../../../laboratory/src/page/timeline.ts'
import { faults } from '../faultPanel.ts'
import { onTick } from '../onTick.ts'
import { createLatencyLine } from './latencyLine.ts'
import { SPAN } from './recordWire.ts'
import { latencies, pingSpans, placeMarks, serverPingTicks, socketTicks, statusSpans } from './timeline.ts'
import type { Wire } from './wire.ts'

/** About the width of one character of a mark, in pixels. */
const CHARACTER = 6.5

/** Adds the time line of a panel to an element and draws it until the returned function is called. */
export function mountTimeline(parent: Element, { history }: Wire, kind: 'vue' | 'react'): () => void {
  const marks = h('div', { class: 'marks' })
  const status = createStrip('status')
  const pings = createStrip('pings')
  const latency = createLatencyLine()
  const element = h(
    'div',
    { class: 'timeline', attributes: { 'aria-hidden': 'true' } },
    marks,
    status.element,
    pings.element,
    latency.element,
    createAxis(),
  )

  function drawMarks(now: number): void {
    const width = (CHARACTER * SPAN) / (marks.clientWidth || 1)
    const placed = placeMarks(faults.get(), kind, now, performance.timeOrigin, width)
    while (marks.children.length < placed.length) marks.append(h('div', {}, h('span')))
    while (marks.children.length > placed.length) marks.lastElementChild?.remove()
    for (const [index, { at, row, text }] of placed.entries()) {
      const mark = marks.children[index] as HTMLElement
      mark.style.left = `${(at / SPAN) * 100}%`
      mark.dataset['row'] = String(row)
      setText(mark.firstElementChild!, row === undefined ? '' : text)
    }
  }

  function draw(): void {
    const now = performance.now()
    status.draw(SPAN, statusSpans(history, now), socketTicks(history, now))
    pings.draw(SPAN, pingSpans(history, now), serverPingTicks(history, now))
    latency.draw(latencies(history, now))
    drawMarks(now)
  }

  parent.append(element, createLegend())
  draw()
  const stop = onTick(draw)
  return () => {
    stop()
    parent.replaceChildren()
  }
}

/** The axis slides, so its texts count back from the present. */
function createAxis(): HTMLElement {
  const labels = axisTimes(SPAN, 4).map((at) =>
    h('span', { attributes: { style: `left:${(at / SPAN) * 100}%` } }, `−${(SPAN - at) / 1000} s`),
  )
  return h('div', { class: 'axis' }, ...labels, h('span', { class: 'now' }, 'now'))
}

const legend = {
  'span open': 'open',
  'span dead': 'no answer',
  'span connecting': 'connecting',
  'span waiting': 'waiting',
  'dial': 'attempt',
  'close': 'close',
  'span answered': 'ping',
  'server-ping': 'server ping',
}

function createLegend(): HTMLElement {
  return h(
    'ul',
    { class: 'legend', attributes: { 'aria-hidden': 'true' } },
    ...Object.entries(legend).map(([kind, text]) => h('li', {}, h('i', { class: `key ${kind}` }), text)),
  )
}

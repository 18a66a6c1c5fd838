// A line of the latency over time, as SVG.
import { h, setAttribute, setText } from '../../../laboratory/src/page/dom.ts'
import { SPAN } from './recordWire.ts'

const SVG = 'http://www.w3.org/2000/svg'
const [WIDTH, HEIGHT] = [1000, 100]
/** Answers further apart belong to different connections or follow an outage, in ms. */
const GAP = 12_000

interface Latency {
  at: number
  ms: number
}

/** The line and the upper end of its scale. */
export function createLatencyLine(): { element: HTMLElement; draw(values: readonly Latency[]): void } {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`)
  svg.setAttribute('preserveAspectRatio', 'none')
  const [line, dots] = ['line', 'dots'].map((name) => {
    const path = svg.appendChild(document.createElementNS(SVG, 'path'))
    path.setAttribute('class', name)
    return path
  })
  const scale = h('span')
  return {
    element: h('div', { class: 'latency-line' }, svg, scale),
    draw(values) {
      const top = roundUp(Math.max(...values.map(({ ms }) => ms), 10))
      const points = values.map(
        ({ at, ms }) => `${round((at / SPAN) * WIDTH)} ${round(HEIGHT * (0.95 - (0.85 * ms) / top))}`,
      )
      const isBreak = (index: number): boolean => index === 0 || values[index]!.at - values[index - 1]!.at > GAP
      setAttribute(line!, 'd', points.map((point, index) => (isBreak(index) ? 'M' : 'L') + point).join(''))
      setAttribute(dots!, 'd', points.map((point) => `M${point}h0`).join(''))
      setText(scale, values.length > 0 ? `latency, up to ${top.toLocaleString()} ms` : 'latency')
    },
  }
}

/** The next value of 1, 2, 5, 10, … */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= value) ?? value
}

const round = (value: number): number => Math.round(value * 10) / 10

// A strip of the time line: coloured spans and ticks over time. Their looks are in styles/strip.css.

import { h } from './dom.ts'

export interface Span {
  from: number
  to: number
  /** The class of its element. */
  kind: string
  /** From 0 to 1: the part of its height that is filled. @default 1 */
  level?: number
  /** From 0 to 1: the part of its height that is filled and striped. @default 0 */
  striped?: number
  /** Shown inside if there is room. */
  text?: string
}

export interface Tick {
  at: number
  kind: string
}

export interface Strip {
  element: HTMLElement
  /** Shows these spans and ticks on an axis from 0 to `end`. */
  draw(end: number, spans: readonly Span[], ticks?: readonly Tick[]): void
}

const SVG = 'http://www.w3.org/2000/svg'
/** The width of the ticks' coordinate system: ticks nearer to one another than this part of the strip are one. */
const COLUMNS = 1000

/** Creates an empty strip. Elements are kept from one drawing to the next. */
export function createStrip(className: string): Strip {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('viewBox', `0 0 ${COLUMNS} 1`)
  svg.setAttribute('preserveAspectRatio', 'none')
  const element = h('div', { class: `strip ${className}`, attributes: { 'aria-hidden': 'true' } }, svg)
  const spanElements: HTMLElement[] = []
  const paths = new Map<string, SVGPathElement>()

  function drawSpans(end: number, spans: readonly Span[]): void {
    for (const [index, span] of spans.entries()) {
      const part = (spanElements[index] ??= element.insertBefore(h('div'), svg))
      const level = span.level ?? 1
      const style =
        `left:${percent(span.from / end)};width:${percent((span.to - span.from) / end)};` +
        `--level:${percent(level)};--striped:${percent(span.striped ?? 0)}`
      if (part.className !== `span ${span.kind}`) part.className = `span ${span.kind}`
      if (part.style.cssText !== style) part.style.cssText = style
      const text = span.text ?? ''
      if (part.textContent !== text) part.textContent = text
    }
    for (const surplus of spanElements.splice(spans.length)) surplus.remove()
  }

  function drawTicks(end: number, ticks: readonly Tick[]): void {
    const columns = new Map<string, Set<number>>()
    for (const { at, kind } of ticks) {
      const column = Math.round((at / end) * COLUMNS)
      columns.set(kind, (columns.get(kind) ?? new Set()).add(column))
    }
    for (const [kind, path] of paths) if (!columns.has(kind)) path.setAttribute('d', '')
    for (const [kind, set] of columns) {
      let path = paths.get(kind)
      if (!path) {
        path = svg.appendChild(document.createElementNS(SVG, 'path'))
        path.setAttribute('class', `tick ${kind}`)
        path.setAttribute('vector-effect', 'non-scaling-stroke')
        paths.set(kind, path)
      }
      path.setAttribute('d', [...set].map((column) => `M${column} 0V1`).join(''))
    }
  }

  return {
    element,
    draw(end, spans, ticks = []) {
      drawSpans(end, spans)
      drawTicks(end, ticks)
    },
  }
}

const percent = (part: number): string => `${Math.round(part * 10_000) / 100}%`

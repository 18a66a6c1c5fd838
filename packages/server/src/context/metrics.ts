/** The counts in the text format of Prometheus, 0.0.4. Few enough to be written by hand. */

import type { Stats } from './stats.ts'

/** What is now, in contrast to what has been so far. */
const GAUGES = new Set<keyof Stats>(['connections', 'sessions', 'streams'])

/** @example app.get('/metrics', (_, response) => response.type('text/plain; version=0.0.4').send(hub.metrics())) */
export const metricsText = (stats: Stats): string => {
  const lines: string[] = []
  for (const [name, value] of Object.entries(stats) as [keyof Stats, number][]) {
    const gauge = GAUGES.has(name)
    const metric = `holdfast_${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}${gauge ? '' : '_total'}`
    lines.push(`# TYPE ${metric} ${gauge ? 'gauge' : 'counter'}`, `${metric} ${value}`)
  }
  return `${lines.join('\n')}\n`
}

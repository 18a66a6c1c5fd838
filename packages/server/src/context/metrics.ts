/** Formats the counts of a hub for Prometheus (text format 0.0.4). */

import type { Stats } from './stats.ts'

/** The counts that can also go down. All others are counters. */
const GAUGES = new Set<keyof Stats>(['connections', 'sessions', 'streams'])

/** @example app.get('/metrics', (_, response) => response.type('text/plain; version=0.0.4').send(hub.metrics())) */
export const metricsText = (stats: Stats): string => {
  const lines: string[] = []
  for (const [name, value] of Object.entries(stats) as [keyof Stats, unknown][]) {
    if (typeof value !== 'number') continue
    const isGauge = GAUGES.has(name)
    const snakeCase = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    const metric = `holdfast_${snakeCase}${isGauge ? '' : '_total'}`
    lines.push(`# TYPE ${metric} ${isGauge ? 'gauge' : 'counter'}`, `${metric} ${value}`)
  }
  return `${lines.join('\n')}\n`
}

/** Formats the state of a hub for Prometheus (text format 0.0.4). */

import { BUCKETS, type HistogramSet, type Latencies } from './histogram.ts'
import type { Stats } from './stats.ts'

interface Metric {
  /** Without the prefix `holdfast_`. A counter ends in `_total`. */
  name: string
  help: string
  /** The label of each number of a record, or a label with its value. */
  label?: string | readonly [name: string, value: string]
}

const DROPPED = 'Connections that the hub closed because of the client, by reason.'

/** The metric of each number of `Stats`. */
const METRICS: Readonly<Record<Exclude<keyof Stats, 'refused'>, Metric>> = {
  connections: { name: 'connections', help: 'Open connections.' },
  sessions: { name: 'sessions', help: 'Open connections with a session.' },
  streams: { name: 'streams', help: 'Streams with at least one subscriber on this hub.' },
  backlog: { name: 'backlog_messages', help: 'Messages of clients that wait for listeners.' },
  backlogBytes: { name: 'backlog_bytes', help: 'The size of the messages of clients that wait for listeners.' },
  bufferedBytes: { name: 'buffered_bytes', help: 'Bytes in the send buffers of all connections.' },
  store: { name: 'store_up', help: 'Whether the store can be reached: 1 or 0.' },
  accepted: { name: 'accepted_connections_total', help: 'Accepted connections.' },
  // `refused` is the sum of these.
  refusals: { name: 'refused_connections_total', help: 'Refused connections by reason.', label: 'reason' },
  closes: { name: 'closed_connections_total', help: 'Closed connections by close code.', label: 'code' },
  received: { name: 'received_messages_total', help: 'Messages of clients that were passed to listeners.' },
  receivedBytes: { name: 'received_bytes_total', help: 'Bytes of the WebSocket messages from clients.' },
  repeated: { name: 'repeated_messages_total', help: 'Repeated messages of clients, which were not applied again.' },
  published: { name: 'published_messages_total', help: 'Messages that were published through this hub.' },
  sent: { name: 'sent_messages_total', help: 'Messages of streams and broadcasts that were sent to clients.' },
  sentBytes: { name: 'sent_bytes_total', help: 'Bytes of the WebSocket messages to clients.' },
  replayed: { name: 'replayed_messages_total', help: 'Missed messages that were sent to clients.' },
  resumes: { name: 'resumed_sessions_total', help: 'Resumed sessions.' },
  endedSessions: { name: 'ended_sessions_total', help: 'Sessions that were reported by the event sessionEnd.' },
  restored: { name: 'restored_sessions_total', help: 'Sessions of connected clients that the store had lost.' },
  evicted: { name: 'evicted_entries_total', help: 'Entries that the store removed before their time.' },
  losts: { name: 'losses_total', help: 'Losses that were reported to clients, one per stream and client.' },
  slow: { name: 'dropped_connections_total', help: DROPPED, label: ['reason', 'slow'] },
  floods: { name: 'dropped_connections_total', help: DROPPED, label: ['reason', 'rate'] },
  badFrames: { name: 'dropped_connections_total', help: DROPPED, label: ['reason', 'frame'] },
  dead: { name: 'dropped_connections_total', help: DROPPED, label: ['reason', 'silent'] },
  errors: { name: 'errors_total', help: 'Errors of the store and of listeners.' },
}

/** Escapes the value of a label as the format requires. */
const escapeValue = (value: string): string =>
  value
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('"', String.raw`\"`)
    .replaceAll('\n', String.raw`\n`)

const sample = (name: string, value: number, labels: readonly (readonly [string, string])[] = []): string => {
  const list = labels.map(([label, text]) => `${label}="${escapeValue(text)}"`).join(',')
  return `holdfast_${name}${list && `{${list}}`} ${value}`
}

const header = (name: string, type: string, help: string): string[] => [
  `# HELP holdfast_${name} ${help}`,
  `# TYPE holdfast_${name} ${type}`,
]

const samplesOf = ({ name, label }: Metric, value: Stats[keyof Stats]): string[] => {
  if (typeof value === 'number') return [sample(name, value, typeof label === 'object' ? [label] : [])]
  if (typeof label !== 'string') return [sample(name, Number((value as Stats['store']).up))]
  return Object.entries(value).map(([text, count]) => sample(name, Number(count), [[label, text]]))
}

const histogramLines = (name: string, help: string, label: string, { histograms }: HistogramSet): string[] => {
  const lines = header(name, 'histogram', help)
  for (const [value, { counts, sum }] of histograms) {
    let count = 0
    for (const [index, inBucket] of counts.entries()) {
      count += inBucket
      const bound = ['le', String(BUCKETS[index] ?? '+Inf')] as const
      lines.push(sample(`${name}_bucket`, count, [[label, value], bound]))
    }
    lines.push(sample(`${name}_sum`, sum / 1000, [[label, value]]), sample(`${name}_count`, count, [[label, value]]))
  }
  return lines
}

/** @example app.get('/metrics', (_, response) => response.type('text/plain; version=0.0.4').send(hub.metrics())) */
export const metricsText = (stats: Stats, latencies: Latencies): string => {
  const families = new Map<string, string[]>()
  for (const [key, metric] of Object.entries(METRICS) as [keyof typeof METRICS, Metric][]) {
    const { name, help } = metric
    const lines = families.get(name) ?? header(name, name.endsWith('_total') ? 'counter' : 'gauge', help)
    families.set(name, [...lines, ...samplesOf(metric, stats[key])])
  }
  const lines = [
    ...[...families.values()].flat(),
    ...histogramLines('listener_duration_seconds', 'How long listeners of clients take.', 'event', latencies.listeners),
    ...histogramLines('store_duration_seconds', 'How long calls of the store take.', 'method', latencies.store),
  ]
  return `${lines.join('\n')}\n`
}

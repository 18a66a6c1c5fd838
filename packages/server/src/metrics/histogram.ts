/** Counts durations in buckets, as Prometheus expects them. */

/** The upper bounds of the buckets, in seconds. */
export const BUCKETS: readonly number[] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

export interface Histogram {
  /** The durations in each bucket alone. The last number is those above all bounds. */
  readonly counts: readonly number[]
  /** The sum of all durations, in ms. */
  readonly sum: number
}

/** Histograms by the value of their label. */
export interface HistogramSet {
  readonly histograms: ReadonlyMap<string, Histogram>
  observe(label: string, ms: number): void
}

export const createHistogramSet = (): HistogramSet => {
  const histograms = new Map<string, { counts: number[]; sum: number }>()
  return {
    histograms,
    observe: (label, ms) => {
      let histogram = histograms.get(label)
      if (!histogram) {
        histogram = { counts: Array.from({ length: BUCKETS.length + 1 }, () => 0), sum: 0 }
        histograms.set(label, histogram)
      }
      let bucket = 0
      while (bucket < BUCKETS.length && ms > BUCKETS[bucket]! * 1000) bucket++
      histogram.counts[bucket]!++
      histogram.sum += ms
    },
  }
}

/** How long listeners and calls of the store take. */
export interface Latencies {
  /** By event. */
  readonly listeners: HistogramSet
  /** By method. */
  readonly store: HistogramSet
}

// Formats times and durations, in the same way for both panels.

/** Time of day with milliseconds, for logs. */
export function describeTime(at: number): string {
  const date = new Date(at)
  return `${date.toTimeString().slice(0, 8)}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

/** Time of day in hours and minutes. */
export function describeMinute(at: number): string {
  return new Date(at).toTimeString().slice(0, 5)
}

/** A duration in seconds, with one decimal. */
export function describeWait(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`
}

/** A duration in seconds with at most one decimal, without the unit. */
export function describeSeconds(milliseconds: number): string {
  return String(Math.round(milliseconds / 100) / 10)
}

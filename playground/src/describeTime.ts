// Numbers and moments in words, the same in both panels.

/** Time of day with milliseconds, for logs. */
export function describeTime(at: number): string {
  const date = new Date(at)
  return `${date.toTimeString().slice(0, 8)}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

/** Time of day, for people. */
export function describeMinute(at: number): string {
  return new Date(at).toTimeString().slice(0, 5)
}

/** A wait in seconds, to a tenth. */
export function describeWait(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`
}

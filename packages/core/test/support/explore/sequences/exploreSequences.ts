/** Runs every sequence of a few actions, up to a length, on real parts over fakes. */

export interface Subject {
  /** By name. */
  readonly actions: Readonly<Record<string, () => void>>
  /** What is wrong now, if anything. */
  violation(): string | undefined
}

export interface SequenceResult {
  sequences: number
  violation?: { text: string; sequence: readonly string[] }
}

/** Runs all sequences of one length. The caller has run the shorter ones, so that a violation is shown with a shortest sequence. */
export const exploreSequences = (create: () => Subject, length: number): SequenceResult => {
  const names = Object.keys(create().actions)
  let sequences = 0
  for (let number = 0; number < names.length ** length; number++) {
    sequences++
    const subject = create()
    const sequence = sequenceOf(names, length, number)
    for (const name of sequence) subject.actions[name]!()
    // A shorter sequence has already checked what came before the last action.
    const text = subject.violation()
    if (text) return { sequences, violation: { text, sequence } }
  }
  return { sequences }
}

/** The digits of a number, as names. */
const sequenceOf = (names: readonly string[], length: number, number: number): string[] => {
  const sequence: string[] = []
  for (let rest = number; sequence.length < length; rest = Math.floor(rest / names.length)) {
    sequence.push(names[rest % names.length]!)
  }
  return sequence
}

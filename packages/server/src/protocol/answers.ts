/** The answers that a session keeps, so that a client which was disconnected meanwhile can still receive them. They are JSON text. */

/** Answers per session. PROTOCOL.md, "Bounds". */
const MOST_ANSWERS = 128
const MOST_CHARACTERS = 1024 * 1024

/** Takes the place of a reply that is not stored any more. */
export const EXPIRED_ANSWER = '{"e":{"code":"expired","message":"the answer is not stored any more"}}'

/** Whether an answer is a reply. The other answers are refusals. They are short, and must be kept: otherwise a message counts as applied. */
export const isReply = (answer: string): boolean => answer.startsWith('{"d"')

export const sizeOfAnswers = (answers: Readonly<Record<string, string>>): number =>
  Object.values(answers).reduce((sum, answer) => sum + answer.length, 0)

/** Removes the oldest replies until the others have at most that size. */
export const trimAnswers = (answers: Record<string, string>, size = MOST_CHARACTERS): void => {
  let left = sizeOfAnswers(answers)
  // Numeric members are listed in ascending order, so the oldest comes first.
  for (const [seq, answer] of Object.entries(answers)) {
    if (left <= size) return
    if (!isReply(answer)) continue
    left -= answer.length
    delete answers[seq]
  }
}

/** Adds the answer of a message, if it has one, and removes the oldest ones above the limits. */
export const keepAnswer = (answers: Record<string, string>, seq: number, answer: string | undefined): void => {
  delete answers[seq - MOST_ANSWERS]
  if (answer === undefined) return
  answers[seq] = answer
  trimAnswers(answers)
}

/**
 * The tokenizer and the ranking of the search. VitePress copies the source of these functions into the page, so they must not use anything
 * outside of themselves.
 */

/**
 * Splits text into search terms. Runs of Chinese characters, which have no spaces, become overlapping pairs: MiniSearch alone would make one
 * term of a whole sentence. Compounds such as `half-open` or `heartbeat.isReply` are terms besides their parts.
 */
export function tokenize(text: string): string[] {
  const run = /\p{Script=Han}+|[^\p{Script=Han}\p{Z}\p{P}\p{S}\p{C}]+(?:[-._][^\p{Script=Han}\p{Z}\p{P}\p{S}\p{C}]+)*/gu
  return (text.match(run) ?? []).flatMap((word) => {
    if (!/^\p{Script=Han}/u.test(word)) {
      const parts = word.split(/[-._]/)
      return parts.length > 1 ? [word, ...parts] : parts
    }
    const characters = [...word]
    if (characters.length < 3) return [word]
    return characters.slice(1).map((second, index) => `${characters[index]}${second}`)
  })
}

/** Pages about other libraries repeat the words of the guides, and come after them. */
export function boostDocument(id: string): number {
  if (/\/reference\//.test(id)) return 1.5
  return /\/(migration|frameworks)\//.test(id) ? 0.5 : 1
}

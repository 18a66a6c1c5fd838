/**
 * Splits text into search terms: words, and runs of Chinese characters, which have no spaces, into overlapping pairs. MiniSearch alone would
 * make one term of a whole Chinese sentence. VitePress copies the source of this function into the page, so it must not use anything
 * outside of it.
 */
export function tokenize(text: string): string[] {
  const runs = text.match(/\p{Script=Han}+|[^\p{Script=Han}\p{Z}\p{P}\p{S}\p{C}]+/gu) ?? []
  return runs.flatMap((run) => {
    const characters = [...run]
    if (characters.length < 3 || !/^\p{Script=Han}/u.test(run)) return [run]
    return characters.slice(1).map((second, index) => `${characters[index]}${second}`)
  })
}

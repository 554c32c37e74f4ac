// Finds texts in a list that fold to the same as an earlier one, while folding as few of them completely as possible.
import { fold, signature } from '../../likeness/fold.ts'

const SIGNATURE = 16

/** Returns, for each text that repeats an earlier one, its index and that of the first equal text. */
export function foldedRepeats(texts: string[]): { index: number; first: number }[] {
  const groups = new Map<string, number[]>()
  for (const [index, text] of texts.entries()) {
    // A text too short for a signature is folded completely, and its beginning serves as the signature.
    const key = signature(text) || fold(text).slice(0, SIGNATURE)
    const group = groups.get(key)
    if (group) group.push(index)
    else groups.set(key, [index])
  }
  if (groups.size === texts.length) return []
  return [...groups.values()].filter((group) => group.length > 1).flatMap((group) => repeatsAmong(texts, group))
}

function repeatsAmong(texts: string[], group: number[]): { index: number; first: number }[] {
  const firsts = new Map<string, number>()
  return group.flatMap((index) => {
    const folded = fold(texts[index] as string)
    const first = firsts.get(folded)
    if (first !== undefined) return [{ index, first }]
    firsts.set(folded, index)
    return []
  })
}

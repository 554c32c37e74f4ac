// Finds texts of a list that fold to the same as an earlier one, and folds as few of them whole as it can.
import { fold, signature } from '../../likeness/fold.ts'

const SIGNATURE = 16

/** For each text that repeats an earlier one: its index, and the index of the first that is the same. */
export function foldedRepeats(texts: string[]): { index: number; first: number }[] {
  const groups = new Map<string, number[]>()
  for (const [index, text] of texts.entries()) {
    // A text too short for a signature is folded whole: its beginning is what the signature would have been.
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

// Finds the word that was probably meant, for "did you mean".

/** Returns the known word that a mistyped one is closest to; undefined if none is near. Case, hyphens and underscores do not count. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const typed = plain(word)
  const [best] = known
    .map((each) => ({ each, edits: editsBetween(typed, plain(each)) }))
    .filter(({ each, edits }) => edits <= Math.ceil(Math.min(typed.length, plain(each).length) / 4))
    .toSorted((one, other) => one.edits - other.edits)
  return best?.each
}

const plain = (word: string) => word.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')

/** Returns how many letters have to be added, removed, replaced or swapped with their neighbour (optimal string alignment). */
function editsBetween(one: string, other: string): number {
  let [before, last] = [[] as number[], Array.from({ length: other.length + 1 }, (_, at) => at)]
  for (let row = 1; row <= one.length; row++) {
    const line = [row]
    for (let at = 1; at <= other.length; at++) {
      const isSame = one[row - 1] === other[at - 1]
      const isSwapped = row > 1 && at > 1 && one[row - 1] === other[at - 2] && one[row - 2] === other[at - 1]
      line.push(
        Math.min(
          (last[at] as number) + 1,
          (line[at - 1] as number) + 1,
          (last[at - 1] as number) + Number(!isSame),
          isSwapped ? (before[at - 2] as number) + 1 : Infinity,
        ),
      )
    }
    ;[before, last] = [last, line]
  }
  return last[other.length] as number
}

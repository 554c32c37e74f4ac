// How much of what somebody says is only repeated from a text. Reasons that a model gives for a verdict are its own words or none.

/** Words in a run. Four in a row are rarely the same by chance. */
const RUN = 4
/** A shorter saying repeats words because there are few to choose from. */
const FEWEST_WORDS = 8
/** A character of a script without spaces is a word of its own. */
const WORD =
  /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}\p{sc=Tibt}]|[\p{L}\p{M}\p{N}]+/gu

/**
 * The share of the runs of four words of `said` that stand in `source`, from 0 to 1, letter case and punctuation aside; 0 where fewer
 * than eight words are said.
 */
export function copiedShare(said: string, source: string): number {
  const words = wordsOf(said)
  if (words.length < FEWEST_WORDS) return 0
  const known = new Set(runsOf(wordsOf(source)))
  const runs = runsOf(words)
  return runs.filter((run) => known.has(run)).length / runs.length
}

/** Whether at least a share of what is said is copied. What most texts say is soon seen not to be, by its words alone. */
export function isCopied(said: string, source: string, share: number): boolean {
  const words = wordsOf(said)
  if (words.length < FEWEST_WORDS) return false
  const text = foldedOf(source)
  const runs = words.length - RUN + 1
  /** Runs that cannot be in the source, because one of their words is not. */
  let foreign = 0
  let lastForeign = -1
  for (const [at, word] of words.entries()) {
    if (!text.includes(word)) lastForeign = at
    if (at < RUN - 1 || lastForeign <= at - RUN) continue
    foreign += 1
    if ((runs - foreign) / runs < share) return false
  }
  return copiedShare(said, source) >= share
}

const foldedOf = (text: string) => text.normalize('NFKC').toLowerCase()

const wordsOf = (text: string): string[] => foldedOf(text).match(WORD) ?? []

const runsOf = (words: string[]): string[] =>
  words.slice(RUN - 1).map((_word, at) => words.slice(at, at + RUN).join(' '))

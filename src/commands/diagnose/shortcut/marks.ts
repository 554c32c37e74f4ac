// Finds marks of the sources: words and pairs of words that occur much more often in texts of one source than of the other.
import type { Case } from './case.ts'
import type { Cases } from './case-store.ts'
import { EDGES, FEATURES, numberOf, wordsAndPairs } from './probe-features.ts'

export interface Mark {
  /** A word or symbol, or two neighbours; `^` and `$` are the beginning and the end of a text. */
  words: string
  /** Share of the texts of each source that contain it. */
  generated: number
  mined: number
}

/** Number of rows examined, evenly spread over all. */
const ROWS = 2000
const SHOWN = 6
/** Minimum difference of the sources' log-odds in standard errors; with so many words, smaller ones may be due to chance. */
const LEAST = 6

/**
 * Returns the most telling words and pairs: those with the largest difference between the sources in the share of texts that contain them,
 * if the log-odds (each count plus ½) differ by six standard errors or more. Of marks that share a word only the strongest is listed.
 */
export function marksOf(cases: Cases): Mark[] {
  const every = Math.ceil(cases.length / ROWS)
  const rows: Case[] = []
  for (let at = 0; at < cases.length; at += every) rows.push(...cases.slice(at, at + 1))
  const [generated, mined] = [rows.flatMap((row) => row.generated), rows.flatMap((row) => row.mined)]
  const counts = { generated: countsIn(generated), mined: countsIn(mined) }
  const sizes = { generated: generated.length, mined: mined.length }
  const strength = new Map<number, number>()
  for (let feature = 0; feature < FEATURES; feature++) {
    const [here, there] = [counts.generated[feature] as number, counts.mined[feature] as number]
    const isSure = Math.abs(standardErrors(here, sizes.generated, there, sizes.mined)) >= LEAST
    if (here + there > 0 && isSure) strength.set(feature, Math.abs(here / sizes.generated - there / sizes.mined))
  }
  const marks = namesOf(strength, [...generated, ...mined]).map(([words, feature]) => ({
    words,
    generated: (counts.generated[feature] as number) / sizes.generated,
    mined: (counts.mined[feature] as number) / sizes.mined,
  }))
  return withoutShared(marks)
}

/** Counts the texts in which each feature occurs. */
function countsIn(texts: readonly string[]): Uint32Array {
  const counts = new Uint32Array(FEATURES)
  for (const text of texts) {
    for (const feature of new Set(Array.from(wordsAndPairs(text), numberOf))) {
      counts[feature] = (counts[feature] as number) + 1
    }
  }
  return counts
}

function standardErrors(here: number, of: number, there: number, ofOthers: number): number {
  const half = 0.5
  const [a, b, c, d] = [here + half, of - here + half, there + half, ofOthers - there + half]
  return (Math.log(a / b) - Math.log(c / d)) / Math.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
}

/** Returns the strongest features with their words; if several have one number, the words met first. */
function namesOf(strength: ReadonlyMap<number, number>, texts: readonly string[]): [string, number][] {
  const names = new Map<number, string>()
  for (const text of texts) {
    if (names.size === strength.size) break
    for (const words of wordsAndPairs(text)) {
      const feature = numberOf(words)
      if (strength.has(feature) && !names.has(feature)) names.set(feature, words)
    }
  }
  return [...names]
    .map(([feature, words]): [string, number] => [words, feature])
    .toSorted(([, one], [, other]) => (strength.get(other) as number) - (strength.get(one) as number))
}

function withoutShared(marks: readonly Mark[]): Mark[] {
  const taken = new Set<string>()
  const kept: Mark[] = []
  for (const mark of marks) {
    const words = mark.words.split(' ')
    if (words.every((word) => word in EDGE_SIGNS)) continue
    if (words.some((word) => taken.has(word) && !(word in EDGE_SIGNS))) continue
    for (const word of words) taken.add(word)
    kept.push({ ...mark, words: words.map((word) => EDGE_SIGNS[word] ?? word).join(' ') })
    if (kept.length === SHOWN) break
  }
  return kept
}

const EDGE_SIGNS: Record<string, string> = { [EDGES.start]: '^', [EDGES.end]: '$' }

// The gates: faults of a written passage that can be seen without asking a model. Pure; each refusal is counted by its gate's name.
import { contentOf, labelled, titleAndText, type Row } from '../rows/row.ts'
import type { Candidate } from '../evidence/evidence.ts'
import { copyFinder, likenessMaker, queryCopyFinder } from '../likeness/copies.ts'
import { strangeLanguageFinder } from '../likeness/language.ts'
import { lengthOf, lengthsOf } from './length.ts'
import { metaFinder } from './meta.ts'
import { strangeScriptFinder } from '../likeness/script.ts'

export const GATES = [
  'empty',
  'too-short',
  'too-long',
  'copies-positive',
  'copies-negative',
  'copies-candidate',
  'copies-query',
  'meta',
  'wrong-script',
  'wrong-language',
] as const
type GateName = (typeof GATES)[number]

export type Fault = NonNullable<Candidate['fault']> & { gate: GateName }

/** Describes what is wrong with a text; undefined if the gate lets it pass. */
type Gate = (text: string) => string | undefined

/** Gates that a title must pass as well. */
const OF_TITLES: readonly GateName[] = ['copies-query', 'meta']

/**
 * Returns the gates for passages of this row, in the order of GATES. The first that refuses a passage is its fault.
 * @returns a function of a passage and the texts written for the row before it
 */
export function gatesFor(
  row: Row,
): (passage: Pick<Candidate, 'text' | 'title'>, before: string[]) => Fault | undefined {
  const positives = labelled(row, 'positive').map(contentOf)
  const negatives = labelled(row, 'negative').map(contentOf)
  const given = row.passages.filter(({ origin }) => origin !== 'generated')
  const texts = given.map(contentOf)
  const { shortest, longest } = lengthsOf(row)
  const hasLength = (isRight: (length: number) => boolean): Gate => {
    return (text) => {
      const length = lengthOf(text)
      return isRight(length)
        ? undefined
        : `${length} characters; by the passages of the row, ${shortest} to ${longest} pass`
    }
  }
  const likenessTo = likenessMaker()
  const copiesQuery = queryCopyFinder(row.query, given.map(titleAndText))
  const gates: Record<Exclude<GateName, 'copies-candidate'>, Gate> = {
    empty: (text) => (/[\p{L}\p{N}]/u.test(text) ? undefined : 'it has no text'),
    'too-short': hasLength((length) => length >= shortest),
    'too-long': hasLength((length) => length <= longest),
    'copies-positive': copyGate(positives, 'positive', likenessTo),
    'copies-negative': copyGate(negatives, 'negative', likenessTo),
    'copies-query': (text) => (copiesQuery(text) ? 'it repeats the query' : undefined),
    meta: metaFinder(given.map(titleAndText)),
    'wrong-script': strangeScriptFinder(texts),
    'wrong-language': strangeLanguageFinder(positives, texts),
  }
  return ({ text, title = '' }, before) => {
    for (const name of GATES) {
      const gate =
        name === 'copies-candidate' ? copyGate(before, 'passage written for the row before', likenessTo) : gates[name]
      const detail = gate(text) ?? (OF_TITLES.includes(name) ? gate(title) : undefined)
      if (detail !== undefined) return { gate: name, detail }
    }
    return undefined
  }
}

function copyGate(texts: string[], what: string, likenessTo: ReturnType<typeof likenessMaker>): Gate {
  const find = copyFinder(texts, likenessTo)
  return (text) => {
    const copied = find(text)
    return copied && `it is ${copied.isNear ? 'nearly ' : ''}the text of a ${what}`
  }
}

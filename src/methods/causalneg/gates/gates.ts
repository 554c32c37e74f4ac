// The gates: what can be seen of a written passage without asking anybody. Pure; each refusal is counted by its name.
import { contentOf, labelled, type Row } from '../../../rows/row.ts'
import type { Candidate } from '../../evidence.ts'
import { copyFinder, queryCopyFinder } from './copies.ts'
import { strangeLanguageFinder } from './language.ts'
import { lengthOf, lengthsOf } from './length.ts'
import { metaFinder } from './meta.ts'
import { strangeScriptFinder } from './script.ts'

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

/** What a gate has against a text; undefined where it lets it pass. */
type Gate = (text: string) => string | undefined

/**
 * The gates for passages of this row, in the order of GATES: the first that refuses a text is its fault.
 * @returns a function of a text and the texts written for the row before it
 */
export function gatesFor(row: Row): (text: string, before: string[]) => Fault | undefined {
  const positives = labelled(row, 'positive').map(contentOf)
  const negatives = labelled(row, 'negative').map(contentOf)
  const given = row.passages.filter(({ origin }) => origin !== 'generated').map(contentOf)
  const { shortest, longest } = lengthsOf(row)
  const copiesQuery = queryCopyFinder(row.query, given)
  const gates: Record<Exclude<GateName, 'copies-candidate'>, Gate> = {
    empty: (text) => (/[\p{L}\p{N}]/u.test(text) ? undefined : 'it has no text'),
    'too-short': (text) =>
      lengthOf(text) >= shortest
        ? undefined
        : `${lengthOf(text)} characters; passages of the row have ${shortest} at least`,
    'too-long': (text) =>
      lengthOf(text) <= longest
        ? undefined
        : `${lengthOf(text)} characters; passages of the row have ${longest} at most`,
    'copies-positive': copyGate(positives, 'positive'),
    'copies-negative': copyGate(negatives, 'negative'),
    'copies-query': (text) => (copiesQuery(text) ? 'it repeats the query' : undefined),
    meta: metaFinder(given),
    'wrong-script': strangeScriptFinder(given),
    'wrong-language': strangeLanguageFinder(positives, given),
  }
  return (text, before) => {
    for (const gate of GATES) {
      const detail = (
        gate === 'copies-candidate' ? copyGate(before, 'passage written for the row before') : gates[gate]
      )(text)
      if (detail !== undefined) return { gate, detail }
    }
    return undefined
  }
}

function copyGate(texts: string[], what: string): Gate {
  const find = copyFinder(texts)
  return (text) => {
    const copied = find(text)
    return copied && `it is ${copied.isNear ? 'nearly ' : ''}the text of a ${what}`
  }
}

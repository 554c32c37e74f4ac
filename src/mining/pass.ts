// One pass over the rows: yields each with its candidates and a function that chooses by any rules.
import type { Hooks } from '../base/hooks.ts'
import { chooser, type ChosenNegatives, type MiningRow } from './choose.ts'
import { contentChecker, type ContentCheck } from './contents.ts'
import type { MiningRules } from './rules.ts'
import type { Document } from '../collections/collection.ts'
import { documentIn, type DocumentStore } from '../search/retriever.ts'
import type { UnminableRow, MineEntry, MineQuestion, MineSource } from './entry.ts'
import type { Finder, FoundCandidates } from './finder.ts'

/** The candidates of a row, ready to choose from. */
export interface Choice {
  row: MiningRow
  choose(rules: MiningRules): ChosenNegatives
}

export interface MinedRow extends Choice {
  entry: MineEntry
  found: FoundCandidates
}

export interface PassParts {
  source: MineSource
  store: DocumentStore
  finder: Finder
  rules: MiningRules
  hooks: Hooks
}

/** @param what label of the progress, for example `searching` */
export async function* pass(parts: PassParts, what: string): AsyncGenerator<MinedRow | UnminableRow> {
  const { source, store, finder, rules, hooks } = parts
  let done = 0
  for await (const batch of source.rows()) {
    hooks.signal?.throwIfAborted()
    const entries = batch.filter((each) => 'query' in each)
    const found = await finder.find(entries)
    const mined = new Map(
      entries.map((entry, index) => {
        const each = found[index] as FoundCandidates
        return [entry, { entry, found: each, ...choiceOf(entry, each, store, rules) }]
      }),
    )
    for (const each of batch) {
      yield 'query' in each ? (mined.get(each) as MinedRow) : each
      done += 1
    }
    hooks.onProgress?.({ what, done, total: source.total })
  }
}

/** @param found the candidates for the question */
export function choiceOf(
  entry: MineQuestion,
  found: FoundCandidates,
  store: DocumentStore,
  { nearDuplicate }: Pick<MiningRules, 'nearDuplicate'>,
): Choice {
  let check: ((document: Document) => ContentCheck) | undefined
  const look = (document: Document): ContentCheck => {
    check ??= contentChecker(entry.query.text, [...entry.positives, ...entry.kin], nearDuplicate)
    const looked = check(document)
    return { ...looked, against: looked.against ?? entry.againstDocument?.(document) }
  }
  const documents = new Map<string, Document>()
  const read = (id: string) => {
    const document = documents.get(id) ?? documentIn(store, id)
    documents.set(id, document)
    return document
  }
  const row: MiningRow = {
    id: entry.query.id,
    positiveScores: found.positiveScores,
    candidates: found.candidates,
    againstId: entry.againstId,
    read,
    look,
    taken: entry.taken,
  }
  return { row, choose: chooser(row) }
}

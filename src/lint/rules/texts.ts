// Rules of the texts of a record that every trainer shares: what contrastive training pulls and pushes.
import { HashTable } from '../../base/hash-table.ts'
import type { JsonObject } from '../../base/json.ts'
import { perRecord, type Rule } from '../rule.ts'

/** The texts of a record. What is not a text is left out. */
export interface Texts {
  query: string | undefined
  positives: string[]
  negatives: string[]
}

export interface TextsOf {
  /** Returns the texts of a record; undefined if it has another shape. */
  read(record: JsonObject): Texts | undefined
  /** The losses that contrast positives with negatives; default: all. */
  contrastive?: readonly string[]
  /** The losses that take the passages of other rows of a batch for negatives; default: all. */
  inBatch?: readonly string[]
  /** How a record with these texts is written. */
  write(texts: Required<Texts>): JsonObject
}

/** Returns the rules of texts for a trainer. */
export const textRules = (texts: TextsOf): Rule[] => [...copyRules(texts), ...otherRules(texts)]

function copyRules({ read, write, contrastive }: TextsOf): Rule[] {
  const about = { ...(contrastive && { losses: contrastive }) }
  return [
    {
      ...about,
      code: 'TX101',
      severity: 'warning',
      title: 'A passage is the query itself',
      effect:
        'Both have the same vector: as a positive it teaches nothing, as a negative it pushes the query away from itself.',
      source: 'every contrastive loss; sentence_transformers 6.2.0, sentence_transformer/losses/triplet.py',
      advice: 'Remove the passage.',
      example: [write({ query: 'what is a lake?', positives: ['what is a lake?'], negatives: ['a river'] })],
      check: perRecord((record) => {
        const { query, positives = [], negatives = [] } = read(record) ?? {}
        if (query === undefined || query === '') return undefined
        if (positives.includes(query)) return 'the positive is the query'
        return negatives.includes(query) ? 'a negative is the query' : undefined
      }),
    },
    {
      ...about,
      code: 'TX102',
      severity: 'warning',
      title: 'A negative is a positive of its own row',
      effect:
        'Training pushes away the same text that it pulls in: the two cancel out, and the loss of the row cannot fall.',
      source: 'every contrastive loss; sentence_transformers 6.2.0, sentence_transformer/losses/triplet.py',
      advice:
        'winnow doctor --fix removes it if other negatives are left; winnow clean finds those that are written differently.',
      example: [write({ query: 'what is a lake?', positives: ['still water'], negatives: ['still water'] })],
      check: perRecord((record) => {
        const { positives = [], negatives = [] } = read(record) ?? {}
        const copy = negatives.findIndex((text) => positives.includes(text))
        return copy === -1 ? undefined : `negative ${copy + 1} is a positive of the row`
      }),
    },
  ]
}

function otherRules({ read, write, inBatch }: TextsOf): Rule[] {
  return [
    {
      ...(inBatch && { losses: inBatch }),
      code: 'TX103',
      severity: 'warning',
      title: 'Rows share a positive',
      effect:
        'If two of them are in one batch, each has its own positive as a negative, because it is the positive of the other row.',
      source:
        'every loss with in-batch negatives; sentence_transformers 6.2.0, sentence_transformer/losses/multiple_negatives_ranking.py',
      advice:
        'Keep equal texts out of one batch: batch_sampler=BatchSamplers.NO_DUPLICATES in sentence-transformers; winnow doctor says how often a batch would contain them.',
      example: [
        write({ query: 'what is a lake?', positives: ['still water'], negatives: ['a river'] }),
        write({ query: 'and a pond?', positives: ['still water'], negatives: ['the sea'] }),
      ],
      check: () => {
        const lines = new HashTable()
        return (record, line) => {
          const { query = '', positives = [] } = read(record) ?? {}
          for (const text of positives) {
            const first = lines.setIfNew(text, line)
            if (first > 0 && first !== line) return sharing(query, first)
          }
          return undefined
        }
      },
    },
    {
      code: 'TX104',
      severity: 'warning',
      title: 'A text is empty',
      effect: 'Only the start and end tokens are encoded: all empty texts have the same vector.',
      source: 'sentence_transformers 6.2.0, base/data_collator.py, BaseDataCollator.__call__',
      advice: 'Remove the passage; if the query is empty, remove the row.',
      example: [
        write({ query: 'what is a lake?', positives: ['still water'], negatives: ['', 'a river'].slice(0, 1) }),
      ],
      check: perRecord((record) => {
        const texts = read(record)
        if (texts === undefined) return undefined
        if (texts.query?.trim() === '') return 'the query is empty'
        if (texts.positives.some((text) => text.trim() === '')) return 'a positive is empty'
        return texts.negatives.some((text) => text.trim() === '') ? 'a negative is empty' : undefined
      }),
    },
  ]
}

const sharing = (query: string, line: number) =>
  `a positive of ${JSON.stringify(query.slice(0, 40))} is one of line ${line}, too`

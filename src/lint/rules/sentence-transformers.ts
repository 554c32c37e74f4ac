// Rules of sentence-transformers about columns: what its collator reads as texts, and what its losses take for query and passages.
import { isAbsent, isText, kindOf, listOf, without } from './records.ts'
import { perRecord, type Context, type Rule } from '../rule.ts'
import type { JsonObject } from '../../base/json.ts'
import { lossesWith, specOf } from './st-losses.ts'
import {
  furtherColumns,
  inOrder,
  inputsOf,
  isId,
  labelColumn,
  LABEL_COLUMNS,
  negativesOf,
  reordered,
  RESERVED,
} from './st-columns.ts'

const COLLATOR = 'sentence_transformers 6.2.0, base/data_collator.py, BaseDataCollator.__call__'

export const COLUMN_RULES: readonly Rule[] = [
  {
    code: 'ST101',
    severity: 'error',
    title: 'A column name that the trainer reserves',
    effect: 'The trainer stops: dataset_name and return_loss are reserved.',
    source: 'sentence_transformers 6.2.0, base/trainer.py, BaseTrainer.validate_column_names',
    advice: 'Rename the column or leave it out.',
    fix: 'leaves the column out',
    example: [{ query: 'q', positive: 'p', dataset_name: 'web' }],
    table: ({ survey }) => named(survey.names.filter((name) => RESERVED.includes(name))),
    mend: () => (record) => without(record, RESERVED),
  },
  {
    code: 'ST102',
    severity: 'warning',
    title: 'Ids are read as texts',
    effect:
      'Every column except the labels is read as a text: the loss takes the ids for a passage, or stops because there is one column too many.',
    source: COLLATOR,
    advice: 'Leave the column out.',
    fix: 'leaves the column out',
    example: [{ query: 'q', positive: 'p', doc_id: 'd1' }],
    table: ({ survey }) => named(inputsOf(survey.names).filter(isId)),
    mend:
      ({ survey }) =>
      (record) =>
        without(record, inputsOf(survey.names).filter(isId)),
  },
  {
    code: 'ST103',
    severity: 'warning',
    title: 'An extra column is read as a passage',
    effect:
      'Every column except the labels is read as a text: the loss takes each one after the second for a negative, or stops at it.',
    source: COLLATOR,
    advice: 'Leave the column out.',
    fix: 'leaves the column out',
    example: [{ query: 'q', positive: 'p', source: 'web' }],
    table: ({ survey }) => named(furtherColumns(survey.names)),
    mend:
      ({ survey }) =>
      (record) =>
        without(record, furtherColumns(survey.names)),
  },
  {
    code: 'ST104',
    severity: 'error',
    title: 'Two label columns',
    effect: `The first of ${LABEL_COLUMNS.join(', ')} is used as the labels; any other is read as a text.`,
    source: COLLATOR,
    advice: 'Leave out the one that the loss does not need.',
    fix: 'keeps only the one that is read',
    example: [{ query: 'q', positive: 'p', label: 1, score: 0.9 }],
    table: ({ survey }) => named(otherLabels(survey.names)),
    mend:
      ({ survey }) =>
      (record) =>
        without(record, otherLabels(survey.names)),
  },
  {
    code: 'ST105',
    severity: 'warning',
    title: 'The columns are not in the order that their names suggest',
    effect:
      'The loss reads columns by position: the first is the query, the second the positive, and all others are negatives.',
    source:
      'sentence_transformers 6.2.0, sentence_transformer/losses/multiple_negatives_ranking.py, compute_loss_from_embeddings',
    advice: 'Put the query first, then the positive, then the negatives.',
    fix: 'puts them in order',
    example: [{ positive: 'p', query: 'q', negative: 'n' }],
    table(context) {
      const inputs = wantedInputs(context)
      const ordered = inOrder(inputs)
      return inputs.join() === ordered.join()
        ? undefined
        : `${inputs.join(', ')}; their names say ${ordered.join(', ')}`
    },
    mend: (context) => {
      const ordered = inOrder(wantedInputs(context))
      const isInOrder = wantedInputs(context).join() === ordered.join()
      return (record) => (isInOrder ? record : reordered(record, ordered))
    },
  },
  {
    code: 'ST106',
    severity: 'error',
    title: 'The loss takes a different number of columns',
    effect: 'The loss stops, or says that it expects a different number of columns.',
    source: 'sentence_transformers 6.2.0, sentence_transformer/losses, forward and compute_loss_from_embeddings',
    advice:
      'winnow convert writes the shape that the loss wants: --to st-pair, st-triplet, st-n-tuple, st-labeled-pair or st-labeled-list.',
    example: [{ query: 'q' }],
    table(context) {
      const inputs = wantedInputs(context)
      const [least, most] = specOf(context).columns
      if (inputs.length >= least && inputs.length <= most) return undefined
      const wanted = least === most ? `${least}` : most === Infinity ? `at least ${least}` : `${least} to ${most}`
      return `${context.loss} takes ${wanted} besides the labels, found ${inputs.join(', ') || 'none'}`
    },
  },
  {
    code: 'ST107',
    severity: 'warning',
    losses: lossesWith(({ used }) => used !== undefined),
    title: 'Columns after the second are not used',
    effect: 'The loss compares the first two columns and ignores the others, which are still encoded.',
    source: 'sentence_transformers 6.2.0, sentence_transformer/losses/cosent.py, compute_loss_from_embeddings',
    advice: 'Write a row for each pair.',
    example: [
      { query: 'q', positive: 'p', negative: 'n', score: 1 },
      { query: 'r', positive: 'p', negative: 'n', score: 0.2 },
    ],
    table(context) {
      const inputs = wantedInputs(context)
      return inputs.length > 2 ? named(inputs.slice(2)) : undefined
    },
  },
  {
    code: 'ST108',
    severity: 'error',
    losses: lossesWith(({ labels }) => labels !== 'list'),
    title: 'A text is missing',
    effect:
      'The tokenizer stops at null: every row needs a text in every column, so n-tuples must all have the same number of negatives.',
    source: COLLATOR,
    advice: 'Write the same number of negatives in each row: --fix --negatives N, or winnow convert --to st-n-tuple.',
    fix: 'gives every row the number of negatives set with --negatives N: its first ones, repeated if it has fewer',
    example: [
      { query: 'q', positive: 'p', negative_1: 'n', negative_2: 'm' },
      { query: 'r', positive: 'p', negative_1: 'n', negative_2: null },
    ],
    check(context) {
      const inputs = wantedInputs(context)
      return (record) => {
        const missing = inputs.filter((name) => isAbsent(record[name]))
        return missing.length === 0 ? undefined : `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} null`
      }
    },
    mend: withNegatives,
  },
  {
    code: 'ST109',
    severity: 'error',
    losses: lossesWith(({ labels }) => labels !== 'list'),
    title: 'A text column holds something else',
    effect: 'The tokenizer stops; a list of two texts is encoded as one pair.',
    source: COLLATOR,
    advice: 'Write one text in each column; winnow convert --to st-triplet writes a row for each passage of a list.',
    example: [{ query: 'q', positive: ['p1', 'p2'] }],
    check(context) {
      const inputs = wantedInputs(context)
      return (record) => {
        const wrong = inputs.find((name) => !isAbsent(record[name]) && !isText(record[name]))
        return wrong === undefined ? undefined : `${wrong} is ${kindOf(record[wrong])}`
      }
    },
  },
  {
    code: 'ST110',
    severity: 'error',
    losses: lossesWith(({ labels }) => labels === 'list'),
    title: 'The passages of a row are not a list of texts',
    effect: 'The loss pairs the query with each entry of the list: a plain text is read character by character.',
    source: 'sentence_transformers 6.2.0, cross_encoder/losses/list_net.py, forward',
    advice: 'winnow convert --to st-labeled-list writes the list.',
    example: [{ query: 'q', docs: 'pn', labels: [1, 0] }],
    check(context) {
      const [, docs = ''] = wantedInputs(context)
      return (record) => {
        const list = record[docs]
        if (!Array.isArray(list)) return `${docs || 'the second column'} is ${kindOf(list)}`
        return list.length > 0 && list.every(isText) ? undefined : `${docs} is ${kindOf(list)}, not one of texts`
      }
    },
  },
  {
    code: 'ST111',
    severity: 'error',
    title: 'The query is not a text',
    losses: lossesWith(({ labels }) => labels === 'list'),
    effect: 'The tokenizer stops.',
    source: 'sentence_transformers 6.2.0, cross_encoder/losses/list_net.py, forward',
    advice: 'Write a text.',
    example: [{ query: null, docs: ['p', 'n'], labels: [1, 0] }],
    check: perRecord((record) => {
      const [query = ''] = inputsOf(Object.keys(record))
      return isText(record[query]) ? undefined : `${query} is ${kindOf(record[query])}`
    }),
  },
]

const named = (names: readonly string[]) => (names.length === 0 ? undefined : names.join(', '))

const otherLabels = (names: readonly string[]) => inputsOf(names).filter((name) => LABEL_COLUMNS.includes(name))

/** Returns the columns of texts without those that rules of their own are about. */
export function wantedInputs({ survey }: Context): string[] {
  const { names } = survey
  const others = [...furtherColumns(names), ...otherLabels(names), ...RESERVED]
  return inputsOf(names).filter((name) => !others.includes(name) && !isId(name))
}

/** Gives every record as many negatives as were asked for; the columns keep their names, and scores go with them. */
function withNegatives(context: Context): (record: JsonObject) => JsonObject {
  const names = negativesOf(context)
  if (!context.isFilled || names.length === 0) return (record) => record
  const label = labelColumn(context.survey.names)
  const wanted = Array.from({ length: context.negatives }, (_none, at) => names[at] ?? `negative_${at + 1}`)
  return (record) => {
    const there = [...names.keys()].filter((at) => isText(record[names[at] as string]))
    const isWhole = there.length === names.length && names.length === wanted.length
    if (there.length === 0 || isWhole) return record
    const places = wanted.map((_name, at) => there[at % there.length] as number)
    const scores = label === undefined ? undefined : listOf(record, label)
    return {
      ...without(record, names.slice(wanted.length)),
      ...Object.fromEntries(wanted.map((name, at) => [name, record[names[places[at] as number] as string]])),
      ...(label !== undefined && scores && { [label]: scoresAt(scores, names.length, places) }),
    }
  }
}

/** Returns the scores of the negatives at these places, after that of the positive where there is one. */
function scoresAt(scores: readonly unknown[], negatives: number, places: readonly number[]): readonly unknown[] {
  if (scores.length === negatives) return places.map((at) => scores[at])
  return scores.length === negatives + 1 ? [scores[0], ...places.map((at) => scores[at + 1])] : scores
}

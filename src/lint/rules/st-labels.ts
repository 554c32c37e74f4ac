// Rules of sentence-transformers about labels and scores: which losses read them, and which values they can bear.
import { numberOf, type JsonObject } from '../../base/json.ts'
import { kindOf, listOf } from './records.ts'
import type { Context, Rule } from '../rule.ts'
import { labelColumn } from './st-columns.ts'
import { lossesWith, specOf } from './st-losses.ts'
import { wantedInputs } from './sentence-transformers.ts'

const LOSSES = 'sentence_transformers 6.2.0, sentence_transformer/losses'

export const LABEL_RULES: readonly Rule[] = [
  {
    code: 'ST201',
    severity: 'error',
    losses: lossesWith(({ labels }) => labels !== 'none'),
    title: 'The loss needs labels, and there are none',
    effect: 'No column is named label, labels, score or scores: the loss stops.',
    source: 'sentence_transformers 6.2.0, base/data_collator.py, DEFAULT_LABEL_COLUMNS',
    advice: 'Rename the label column, or use a loss that needs no labels.',
    example: [{ query: 'q', positive: 'p' }],
    table(context) {
      const { names } = context.survey
      const { isLabelFreeFrom: free = Infinity } = specOf(context)
      if (labelColumn(names) !== undefined || wantedInputs(context).length >= free) return undefined
      return `${context.loss} reads labels; found ${names.join(', ')}`
    },
  },
  {
    code: 'ST202',
    severity: 'error',
    losses: lossesWith(({ labels }) => labels === 'none'),
    title: 'A pair with the label 0 is trained as a match',
    effect: 'The loss reads no labels: the second column is the positive of the first in every row.',
    source: `${LOSSES}/multiple_negatives_ranking.py, compute_loss_from_embeddings`,
    advice: 'winnow convert --to st-triplet makes these passages negatives; or use contrastive or cosent.',
    example: [
      { query: 'q', passage: 'p', label: 1 },
      { query: 'r', passage: 'n', label: 0 },
    ],
    check(context) {
      const label = labelColumn(context.survey.names)
      const isPair = wantedInputs(context).length === 2
      return (record) => {
        const value = label === undefined || !isPair ? undefined : record[label]
        return value === 0 || value === false ? `${label} is ${String(value)}` : undefined
      }
    },
  },
  {
    code: 'ST203',
    severity: 'note',
    losses: lossesWith(({ labels }) => labels === 'none'),
    title: 'Labels are not used',
    effect: 'The loss reads no labels, so they have no effect.',
    source: `${LOSSES}/multiple_negatives_ranking.py, compute_loss_from_embeddings`,
    advice: 'Leave the column out, or use a loss that reads it (margin-mse, distill-kl, cosent).',
    example: [{ query: 'q', positive: 'p', negative: 'n', scores: [9, 1] }],
    table: ({ survey }) => labelColumn(survey.names),
  },
  {
    code: 'ST204',
    severity: 'error',
    losses: lossesWith(({ labels }) => labels === 'number' || labels === 'class'),
    title: 'A label is not a number',
    effect: 'The collator stops: it makes a tensor of the labels.',
    source: 'sentence_transformers 6.2.0, base/data_collator.py, BaseDataCollator.__call__',
    advice: 'Write numbers.',
    example: [
      { query: 'q', passage: 'p', label: 1 },
      { query: 'r', passage: 'n', label: null },
    ],
    check: withLabel((value, label) =>
      numberOf(value) === undefined && typeof value !== 'boolean' ? `${label} is ${kindOf(value)}` : undefined,
    ),
  },
  {
    code: 'ST205',
    severity: 'warning',
    losses: lossesWith(({ isBinary }) => isBinary === true),
    title: 'A label is neither 0 nor 1',
    effect: 'contrastive uses it as the weight of a match, and online-contrastive leaves the pair out.',
    source: `${LOSSES}/contrastive.py and online_contrastive.py, compute_loss_from_embeddings`,
    advice: 'Use cosent for graded pairs.',
    example: [
      { query: 'q', passage: 'p', label: 0.5 },
      { query: 'r', passage: 'n', label: 0.5 },
    ],
    check: withLabel((value, label) => {
      const number = numberOf(value)
      return number === undefined || number === 0 || number === 1 ? undefined : `${label} is ${number}`
    }),
  },
  {
    code: 'ST206',
    severity: 'warning',
    losses: lossesWith(({ range }) => range !== undefined),
    title: 'A label that the loss cannot reach',
    effect:
      'cosine-similarity compares labels with a cosine, from -1 to 1, and bce with a probability, from 0 to 1: outside that range the loss never stops pulling.',
    source: `${LOSSES}/cosine_similarity.py; cross_encoder/losses/binary_cross_entropy.py`,
    advice: 'Divide the labels by their largest value, or use cosent, which only uses their order.',
    example: [
      { query: 'q', passage: 'p', label: 4.5 },
      { query: 'r', passage: 'n', label: 2 },
    ],
    check(context) {
      const [least, most] = specOf(context).range ?? [-Infinity, Infinity]
      return withLabel((value, label) => {
        const number = numberOf(value)
        return number === undefined || (number >= least && number <= most) ? undefined : `${label} is ${number}`
      })(context)
    },
  },
  {
    code: 'ST207',
    severity: 'error',
    losses: lossesWith(({ labels }) => labels === 'class'),
    title: 'A label is not a class',
    effect: 'The loss stops: it takes classes, whole numbers from 0.',
    source: `${LOSSES}/softmax.py, forward`,
    advice: 'Number the classes from 0.',
    example: [
      { query: 'q', passage: 'p', label: 0.5 },
      { query: 'r', passage: 'n', label: 1.5 },
    ],
    check: withLabel((value, label) => {
      const number = numberOf(value)
      return number === undefined || (Number.isInteger(number) && number >= 0) ? undefined : `${label} is ${number}`
    }),
  },
  {
    code: 'ST208',
    severity: 'error',
    losses: lossesWith(({ labels }) => labels === 'margins' || labels === 'scores'),
    title: 'The number of scores does not match the number of passages',
    effect:
      'The loss stops: distill-kl takes one score for the positive and one for each negative; margin-mse takes these, or one margin for each negative.',
    source: `${LOSSES}/margin_mse.py and distill_kl_div.py, compute_loss_from_embeddings`,
    advice: 'winnow convert --to st-n-tuple writes scores with their passages.',
    example: [{ query: 'q', positive: 'p', negative_1: 'n', negative_2: 'm', scores: [9, 1, 2, 3] }],
    check(context) {
      const passages = wantedInputs(context).length - 1
      const allowed = specOf(context).labels === 'scores' ? [passages] : [passages, passages - 1]
      return withLabel((value, label) => {
        if (numberOf(value) !== undefined && allowed.includes(1)) return undefined
        if (!Array.isArray(value)) return `${label} is ${kindOf(value)}`
        if (!value.every((each) => numberOf(each) !== undefined)) return `${label} holds something that is no number`
        return allowed.includes(value.length) ? undefined : `${label} has ${value.length} for ${passages} passages`
      })(context)
    },
  },
  {
    code: 'ST209',
    severity: 'error',
    losses: lossesWith(({ labels }) => labels === 'list'),
    title: 'There are more or fewer labels than passages',
    effect: 'The loss stops: it pairs each passage of the list with a label.',
    source: 'sentence_transformers 6.2.0, cross_encoder/losses/list_net.py, forward',
    advice: 'Give each passage its label.',
    example: [{ query: 'q', docs: ['p', 'n'], labels: [1] }],
    check(context) {
      const [, docs = ''] = wantedInputs(context)
      return withLabel((value, label, record) => {
        const list = listOf(record, docs)
        if (!Array.isArray(value)) return `${label} is ${kindOf(value)}, not a list`
        if (!value.every((each) => numberOf(each) !== undefined)) return `${label} holds something that is no number`
        return list === undefined || list.length === value.length
          ? undefined
          : `${label} has ${value.length} for ${list.length} passages`
      })(context)
    },
  },
]

/** Declares a check of the label of a record, in files that have one. */
function withLabel(check: (value: unknown, label: string, record: JsonObject) => string | undefined) {
  return (context: Context) => {
    const label = labelColumn(context.survey.names)
    return (record: JsonObject) => (label === undefined ? undefined : check(record[label], label, record))
  }
}

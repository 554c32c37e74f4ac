// The rules of each trainer, and those of one loss.
import type { Rule } from '../rule.ts'
import { LOSSES, type LintTrainer, type Target } from '../targets.ts'
import { AUTOMODEL, textsOfAutomodel } from './automodel.ts'
import { FLAGEMBEDDING, textsOfFlagEmbedding } from './flagembedding.ts'
import { MS_SWIFT, textsOfMsSwift } from './ms-swift.ts'
import { COLUMN_RULES } from './sentence-transformers.ts'
import { LABEL_RULES } from './st-labels.ts'
import { lossesWith } from './st-losses.ts'
import { textsOfSentenceTransformers } from './st-columns.ts'
import { TABLE_RULES, UNREADABLE } from './table.ts'
import { TEVATRON, textsOfTevatron } from './tevatron.ts'
import { textRules } from './texts.ts'
import { WINNOW } from './winnow.ts'

const withTitle = (text: string) => ({ docid: text, title: '', text })
const user = (content: string) => [{ role: 'user', content }]
const SENTENCE_TRANSFORMERS: readonly Rule[] = [
  ...TABLE_RULES,
  ...COLUMN_RULES,
  ...LABEL_RULES,
  ...textRules({
    read: textsOfSentenceTransformers,
    contrastive: lossesWith(({ labels }) => labels === 'none' || labels === 'margins' || labels === 'scores'),
    inBatch: ['mnrl', 'cached-mnrl', 'gist'],
    write: ({ query, positives, negatives }) => ({ query, positive: positives[0], negative: negatives[0] }),
  }),
]

const RULES: Readonly<Record<LintTrainer, readonly Rule[]>> = {
  'sentence-transformers': SENTENCE_TRANSFORMERS,
  'cross-encoder': SENTENCE_TRANSFORMERS,
  flagembedding: [
    ...TABLE_RULES,
    ...FLAGEMBEDDING,
    ...textRules({
      read: textsOfFlagEmbedding,
      inBatch: ['embedder', 'distill'],
      write: ({ query, positives, negatives }) => ({ query, pos: positives, neg: negatives }),
    }),
  ],
  tevatron: [
    ...TABLE_RULES,
    ...TEVATRON,
    ...textRules({
      read: textsOfTevatron,
      inBatch: ['contrastive', 'distil'],
      write: ({ query, positives, negatives }) => ({
        query_id: query,
        query,
        positive_passages: positives.map(withTitle),
        negative_passages: negatives.map(withTitle),
      }),
    }),
  ],
  'ms-swift': [
    ...TABLE_RULES,
    ...MS_SWIFT,
    ...textRules({
      read: textsOfMsSwift,
      contrastive: ['infonce', 'pointwise-reranker', 'listwise-reranker', 'generative-reranker'],
      inBatch: ['infonce'],
      write: ({ query, positives, negatives }) => ({
        messages: user(query ?? ''),
        positive_messages: positives.map(user),
        negative_messages: negatives.map(user),
      }),
    }),
  ],
  // It reads JSON by itself, record by record.
  automodel: [
    UNREADABLE,
    ...AUTOMODEL,
    ...textRules({
      read: textsOfAutomodel,
      inBatch: ['bi-encoder'],
      write: ({ query, positives, negatives }) => ({ query, pos_doc: positives, neg_doc: negatives }),
    }),
  ],
  winnow: [UNREADABLE, ...WINNOW],
}

/** All rules of a trainer, in the order of its page, each with the losses of that trainer that it is about. */
export function rulesOf(trainer: LintTrainer): Rule[] {
  const all: readonly string[] = LOSSES[trainer]
  return RULES[trainer].flatMap((rule) => {
    const losses = rule.losses?.filter((loss) => all.includes(loss))
    if (losses === undefined) return [rule]
    return losses.length === 0 ? [] : [{ ...rule, losses }]
  })
}

/** The rules that are about a loss. */
export const rulesFor = ({ trainer, loss }: Target): Rule[] =>
  rulesOf(trainer).filter(({ losses }) => losses === undefined || losses.includes(loss))

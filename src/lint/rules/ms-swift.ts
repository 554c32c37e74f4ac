// Rules of ms-swift: messages, positive_messages and negative_messages.
import { isObject, numberOf, type JsonObject } from '../../base/json.ts'
import { isText, kindOf, lacking, listOf, sayMissing } from './records.ts'
import { mendPerRecord, perRecord, type Rule } from '../rule.ts'

const CORE = 'ms-swift 4.6.0, dataset/preprocessor/core.py'
const BASE = 'ms-swift 4.6.0, template/base.py'
const LISTS = ['positive_messages', 'negative_messages'] as const
const PAIRS = ['cosine-similarity', 'contrastive', 'online-contrastive']
const EMBEDDING = ['infonce', ...PAIRS]
const RERANKERS = ['pointwise-reranker', 'listwise-reranker', 'generative-reranker']
const ROLES = ['system', 'user', 'tool_call', 'tool_response', 'tool', 'assistant']
/** MAX_NEGATIVE_SAMPLES, unless it is set. */
const MOST_NEGATIVES = 7

/** Columns that it keeps. */
const STANDARD =
  /^((rejected_|positive_|negative_)?(messages|images|videos|audios|tools|objects)|rejected_response|label|channel|margin|teacher_prompt|teacher_images|chat_template_kwargs|solution)$/

const user = (content: string) => [{ role: 'user', content }]
const row = (more: object) => ({
  messages: user('q'),
  positive_messages: [user('p')],
  negative_messages: [user('n'), user('m')],
  ...more,
})
const pair = (more: object) => ({ messages: user('q'), positive_messages: [user('p')], ...more })

export const MS_SWIFT: readonly Rule[] = [
  {
    code: 'SW101',
    severity: 'error',
    title: 'A column is missing',
    effect: 'The row cannot be encoded and is left out: it has no query, or no positive.',
    source: `${CORE}, RowPreprocessor; ${BASE}, _embedding_encode`,
    advice: 'winnow convert --to ms-swift, ms-swift-reranker or ms-swift-pair writes rows with these columns.',
    example: [{ query: 'q', pos: ['p'], neg: ['n'] }],
    check: perRecord((record) => {
      const missing = lacking(record, ['messages', 'positive_messages'])
      return sayMissing(missing, record)
    }),
  },
  {
    code: 'SW102',
    severity: 'error',
    title: 'Messages that it cannot use',
    effect: 'The row is left out with only a line in the log: strict is off by default.',
    source: `${CORE}, RowPreprocessor._check_messages and batched_preprocess`,
    advice: `Give each message a role (${ROLES.join(', ')}) and a content.`,
    example: [row({}), row({ messages: [{ role: 'user', content: null }] })],
    check: perRecord((record) => {
      const list = record['messages']
      return list === undefined || list === null ? undefined : faultOf(list)
    }),
  },
  {
    code: 'SW103',
    severity: 'error',
    title: 'No positive',
    effect: 'The row cannot be encoded and is left out, with only a line in the log; a reranker skips it.',
    source: `${BASE}, _embedding_encode and _reranker_data_collator`,
    advice: 'Remove the row.',
    example: [row({ positive_messages: [] }), row({})],
    check: perRecord((record) =>
      listOf(record, 'positive_messages')?.length === 0 ? 'positive_messages is empty' : undefined,
    ),
  },
  {
    code: 'SW104',
    severity: 'error',
    title: 'Passages are messages, not lists of messages',
    effect: 'The row cannot be encoded and is left out: each passage is a list of messages of its own.',
    source: 'ms-swift 4.6.0, template/template_inputs.py, TemplateInputs.__post_init__',
    advice: 'Put each message in a list: [[{"role": "user", "content": "…"}]].',
    fix: 'puts each message in a list of its own',
    example: [row({ positive_messages: user('p'), negative_messages: [...user('n'), ...user('m')] })],
    check: perRecord((record) => {
      const wrong = LISTS.find((name) => listOf(record, name)?.some(isObject))
      return wrong === undefined ? undefined : `${wrong} is a list of messages`
    }),
    mend: mendPerRecord((record) => {
      const wrong = LISTS.filter((name) => listOf(record, name)?.some(isObject))
      const lists = wrong.map((name) => [name, listOf(record, name)?.map((each) => (isObject(each) ? [each] : each))])
      return wrong.length === 0 ? record : { ...record, ...Object.fromEntries(lists) }
    }),
  },
  {
    code: 'SW105',
    severity: 'error',
    losses: ['infonce'],
    title: 'A label of 0',
    effect:
      'Every label except 0 begins a new query: a row with the label 0 is read as negatives of the row before it.',
    source: 'ms-swift 4.6.0, loss/embedding.py, _parse_multi_negative_sentences',
    advice: 'Use loss_type cosine_similarity or contrastive for labelled pairs, or winnow convert --to ms-swift.',
    example: [pair({ label: 1 }), pair({ messages: user('r'), label: 0 })],
    check: perRecord((record) =>
      numberOf(record['label']) === 0 || record['label'] === false ? 'label is 0' : undefined,
    ),
  },
  {
    code: 'SW106',
    severity: 'error',
    losses: PAIRS,
    title: 'Negatives in a row for a loss of pairs',
    effect:
      'The loss reads every two texts of a batch as a pair: it stops, or, with one row in the batch, pairs texts that do not belong together.',
    source: 'ms-swift 4.6.0, loss/embedding.py, _parse_pair_sentence',
    advice: 'winnow convert --to ms-swift-pair, or use loss_type infonce.',
    example: [row({ label: 1, negative_messages: [user('n')] }), row({ label: 1, negative_messages: [user('n')] })],
    check: perRecord((record) => {
      const count = listOf(record, 'negative_messages')?.length ?? 0
      return count > 0 ? `${count === 1 ? '1 negative' : `${count} negatives`} in the row` : undefined
    }),
  },
  {
    code: 'SW107',
    severity: 'warning',
    losses: PAIRS,
    title: 'A pair without a label',
    effect: 'It counts as a match: the label is 1.0.',
    source: `${BASE}, _embedding_encode`,
    advice: 'Label the pair.',
    example: [pair({}), pair({ messages: user('r') })],
    check: perRecord((record) =>
      numberOf(record['label']) === undefined ? `label is ${kindOf(record['label'])}` : undefined,
    ),
  },
  {
    code: 'SW108',
    severity: 'warning',
    losses: EMBEDDING,
    title: 'Positives after the first',
    effect: 'Embedding training takes the first positive of a row and ignores the others.',
    source: `${BASE}, _embedding_encode`,
    advice:
      'winnow convert --to ms-swift --positives unroll writes a row for each, best keeps the one with the highest score.',
    example: [row({ positive_messages: [user('p'), user('o')] })],
    check: perRecord((record) => {
      const count = listOf(record, 'positive_messages')?.length ?? 0
      return count > 1 ? `${count} positives` : undefined
    }),
  },
  {
    code: 'SW109',
    severity: 'note',
    title: 'Unknown columns',
    effect: 'They are left out when the file is loaded.',
    source: `${CORE}, RowPreprocessor.remove_useless_columns`,
    advice: 'Nothing needs to be done; scores and instructions in them have no effect.',
    example: [row({ source: 'web' })],
    table: ({ survey }) => {
      const unknown = survey.names.filter((name) => !STANDARD.test(name))
      return unknown.length === 0 ? undefined : unknown.join(', ')
    },
  },
  {
    code: 'SW110',
    severity: 'note',
    losses: RERANKERS,
    title: 'More passages than it takes',
    effect:
      'It draws MAX_POSITIVE_SAMPLES (1) of the positives and MAX_NEGATIVE_SAMPLES (7) of the negatives each time.',
    source: `${BASE}, _reranker_data_collator`,
    advice: 'Set MAX_POSITIVE_SAMPLES and MAX_NEGATIVE_SAMPLES.',
    example: [row({ positive_messages: [user('p'), user('o')] })],
    check: perRecord((record) => {
      const [positives = 0, negatives = 0] = LISTS.map((name) => listOf(record, name)?.length)
      if (positives > 1) return `${positives} positives`
      return negatives > MOST_NEGATIVES ? `${negatives} negatives` : undefined
    }),
  },
  {
    code: 'SW111',
    severity: 'warning',
    losses: RERANKERS,
    title: 'No negative',
    effect: 'listwise-reranker skips the row; the others see only a match.',
    source: 'ms-swift 4.6.0, loss/reranker.py, ListwiseRerankerLoss',
    advice: 'winnow mine ROWS --corpus CORPUS --add finds negatives.',
    example: [row({ negative_messages: [] })],
    check: perRecord((record) =>
      (listOf(record, 'negative_messages') ?? []).length === 0 ? 'negative_messages is empty' : undefined,
    ),
  },
]

function faultOf(messages: unknown): string | undefined {
  if (!Array.isArray(messages)) return `messages is ${kindOf(messages)}`
  if (messages.length === 0) return 'messages is empty'
  for (const message of messages as unknown[]) {
    if (!isObject(message)) return `a message is ${kindOf(message)}`
    if (!ROLES.includes(message['role'] as string)) return `a message has the role ${kindOf(message['role'])}`
    if (message['content'] === null || message['content'] === undefined) return 'a message has no content'
  }
  return undefined
}

const contentIn = (messages: unknown): string[] => {
  const last: unknown = Array.isArray(messages) ? messages.at(-1) : undefined
  return isObject(last) && isText(last['content']) ? [last['content']] : []
}

/** Returns the texts of a row: the last message of each list. */
export function textsOfMsSwift(record: JsonObject) {
  const [positives, negatives] = LISTS.map((name) => (listOf(record, name) ?? []).flatMap(contentIn)) as [
    string[],
    string[],
  ]
  return { query: contentIn(record['messages'])[0], positives, negatives }
}

// Evidence from models: verdicts, ranks and scores of passages, and unreadable calls.
import {
  flag,
  number,
  oneOf,
  optional,
  ordinal,
  place,
  record,
  text,
  texts,
  whole,
  type ValuesOf,
} from '../../base/fields.ts'
import { kind, MODEL, PASSAGE, PROMPT, STAGE, type EvidenceOf } from '../kind.ts'

const stage = text(`${STAGE}: \`screen\`, \`judge\`, …`)

/** Fields of every reply about a passage. */
const ABOUT_A_PASSAGE = { passage: PASSAGE, stage, model: MODEL, prompt: PROMPT }

const step = optional(ordinal('which step of a multi-hop question it is about'))

const SNIPPET = {
  text: text('the words'),
  in: oneOf(['text', 'title'], 'where they stand'),
  start: whole('where they begin, in Unicode code points, as Python counts'),
  end: whole('where they end, not included'),
}
/** A stretch of a passage. Positions count characters (Unicode code points), as in Python: `[start, end)`. */
export type Snippet = ValuesOf<typeof SNIPPET>

const VOTES = { agree: whole('samples that say so'), of: whole('samples that could be read') }

export const VERDICT = kind('verdict', 'what a reply says about a passage', {
  ...ABOUT_A_PASSAGE,
  verdict: text(
    "the method's own scale: `better`, `worse` (relevant, but weaker), `irrelevant` (rlhn, and causalneg's judge); `answers`, `no-answer`, `gives` (arhn)",
  ),
  reason: optional(text("the model's words on the passage")),
  strict: optional(flag('whether the model puts the passage strictly above the positives, where it says so')),
  snippet: optional(record(SNIPPET, 'the words of the passage that it rests on')),
  step,
  votes: optional(record(VOTES, 'how many of the samples that could be read say so, where more than one was taken')),
})
export type Verdict = EvidenceOf<typeof VERDICT>

export const RANK = kind(
  'rank',
  'the place of a passage in one listwise ranking; those of one ranking stand in the order in which they were shown',
  {
    ...ABOUT_A_PASSAGE,
    order: ordinal('which of the orders in which the list was shown'),
    window: text(
      'which part of a list too long for one call: `1`, `2`, …, halves of one `1a`; ranks of different parts cannot be compared',
    ),
    rank: place('1 is the best; a mean where several samples were taken'),
    step,
  },
)
export type Rank = EvidenceOf<typeof RANK>

/** The position, in one ranking, of the passage that others must be ranked above. */
export interface AnchorPlace extends Pick<Rank, 'order' | 'window' | 'step'> {
  rank: number
}

export const SCORE = kind('score', 'how well a passage fits the query in the eyes of a scorer', {
  ...ABOUT_A_PASSAGE,
  score: number(
    "higher is better; the range is the model's own and may be negative; comparable for one model and one query only",
  ),
})
export type Score = EvidenceOf<typeof SCORE>

export const UNREAD = kind('unread', 'a call that gave nothing readable, after every allowed re-ask', {
  stage,
  model: MODEL,
  passages: texts('ids of all passages that the call was about'),
  why: text(
    'a code: `truncated`, `refused`, `filtered`, `empty`, `malformed`, `out-of-range`, `incomplete`, `contradictory`, `not-verbatim`, `too-long`, `no-reply`',
  ),
  detail: text('one sentence for a person'),
  raw: optional(text('the reply as it came; missing where there was none')),
})
export type Unread = EvidenceOf<typeof UNREAD>

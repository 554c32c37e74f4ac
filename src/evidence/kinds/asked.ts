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

const stage = text(`${STAGE}: \`screen\`, \`judge\`, \`confirm\`, …`)

/** Fields of every reply about a passage. */
const ABOUT_A_PASSAGE = { passage: PASSAGE, stage, model: MODEL, prompt: PROMPT }

const step = optional(ordinal('step of a multi-hop question'))

const SNIPPET = {
  text: text('the words'),
  in: oneOf(['text', 'title'], 'field that holds them'),
  start: whole('start, in Unicode code points, as in Python'),
  end: whole('end, exclusive'),
}
/** A stretch of a passage. Positions count characters (Unicode code points), as in Python: `[start, end)`. */
export type Snippet = ValuesOf<typeof SNIPPET>

const VOTES = { agree: whole('samples that agree'), of: whole('readable samples') }

export const VERDICT = kind('verdict', 'what a reply says about a passage', {
  ...ABOUT_A_PASSAGE,
  verdict: text(
    "the method's own scale: `better`, `worse` (relevant, but weaker), `irrelevant` (rlhn, and causalneg's judge); `answers`, `no-answer`, `gives` (arhn)",
  ),
  reason: optional(text("the model's reason")),
  strict: optional(flag('whether the model ranks the passage strictly above the positives, if stated')),
  snippet: optional(record(SNIPPET, 'the words of the passage behind the verdict')),
  step,
  votes: optional(record(VOTES, 'how many of the readable samples agree, if several were taken')),
  order: optional(ordinal('order in which the list was shown, if it was shown again to confirm')),
})
export type Verdict = EvidenceOf<typeof VERDICT>

export const RANK = kind(
  'rank',
  'the rank of a passage in one ranking, listwise or from comparisons of two; the ranks of one list are in the order shown',
  {
    ...ABOUT_A_PASSAGE,
    order: ordinal('order in which the list was shown'),
    window: text(
      'part of a list too long for one call: `1`, `2`, …, halves of one `1a`; where two texts are compared, the number of the candidate; ranks of different parts are not comparable',
    ),
    rank: place('1 is best; a mean if several samples were taken'),
    step,
  },
)
export type Rank = EvidenceOf<typeof RANK>

/** The position, in one ranking, of the passage that others must be ranked above. */
export interface AnchorPlace extends Pick<Rank, 'order' | 'window' | 'step'> {
  rank: number
}

export const SCORE = kind('score', 'the score of a passage for the query', {
  ...ABOUT_A_PASSAGE,
  score: number(
    'higher is better; the range depends on the model and may be negative; comparable only within one model and query',
  ),
})
export type Score = EvidenceOf<typeof SCORE>

export const UNREAD = kind('unread', 'a call without a readable reply after all allowed re-asks', {
  stage,
  model: MODEL,
  passages: texts('ids of all passages in the call'),
  why: text(
    'a code: `truncated`, `refused`, `filtered`, `empty`, `malformed`, `out-of-range`, `incomplete`, `contradictory`, `not-verbatim`, `too-long`, `no-reply`',
  ),
  detail: text('one sentence for people'),
  raw: optional(text('the raw reply; missing if there was none')),
})
export type Unread = EvidenceOf<typeof UNREAD>

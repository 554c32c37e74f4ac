// What is expected of the replies to RLHN before any is there.
import { scoresText, scoringIn } from '../../llm/scoring.ts'
import { CONFIRM } from '../../policy/confirming.ts'
import type { Forecast } from '../../method/definition.ts'
import { SCORE_STAGE } from '../percpos/method.ts'
import { PERCPOS_PROMPT } from '../percpos/request.ts'

/**
 * @param first the stage that sees every row
 * @param gated the stage whose rows a gate picks, if any
 */
export const rlhnForecast = (first: string, gated: string | undefined): Forecast => ({
  reply: ({ messages, source: { prompt, part } }) => {
    if (prompt === PERCPOS_PROMPT.name) return scoresText(scoringIn(messages).passages.map(() => 0))
    if (prompt.includes('.small@')) return part.includes('compared') ? 'EQUAL' : 'RELEVANT'
    return FLAGGED
  },
  replyTokens: ({ messages, source: { prompt } }) => {
    if (prompt === PERCPOS_PROMPT.name) return 0
    if (prompt.includes('.small@')) return 2
    // Measured on the 42 recorded replies of GPT-4o-mini and GPT-4o to 15 documents each: 832 tokens on average.
    return 130 + 47 * (messages.at(-1)?.content.match(/^Doc \(\d+\):/gm) ?? []).length
  },
  share: (stage) => {
    if (stage === gated) return IS_SENT
    if (stage === CONFIRM) return IS_CONFIRMED
    return stage === first || stage === SCORE_STAGE ? { low: 1, high: 1 } : GOES_ON
  },
})

const FLAGGED =
  '<preference>Doc (1): STRICTLY BETTER.</preference><verdict><better> better: [Doc (1)] </better>, <worse> worse: [] </worse></verdict>'

/** The share of rows that the screen flags in the paper: from HotpotQA to MS MARCO. */
const GOES_ON = { low: 0.133, high: 0.807 }

/** The share of rows that the judge flags in the paper: from SCIDOCSRR to MS MARCO. */
const IS_CONFIRMED = { low: 0.028, high: 0.672 }

/** The share of rows that a gate sends to the judge, those judged first included; all of them where nothing can be promised. */
const IS_SENT = { low: 0.3, high: 1 }

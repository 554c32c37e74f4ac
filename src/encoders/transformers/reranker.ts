// A cross-encoder in this process: reads a query and a passage together and scores how well they fit.
import { UsageError } from '../../base/errors.ts'
import { cutNotice } from '../notice.ts'
import type { Scorer } from '../scorer.ts'
import type { RerankerPlan } from './configuration.ts'
import type { Outputs, Session } from './session.ts'
import { TokenCutter } from './tokens.ts'

interface RerankerParts {
  name: string
  identity: string
  plan: RerankerPlan
  session: Session
  onNotice: (notice: string) => void
}

/** Creates the reranker. Scores are logits: of the only label, or of relevant minus not relevant, which ranks like the probability. */
export function transformerReranker({ name, identity, plan, session, onNotice }: RerankerParts): Scorer {
  const tokens = new TokenCutter(session.tokenizer, plan.maxTokens)
  let cut = 0
  return {
    name,
    identity,
    score: async (query, passages, signal) => {
      const pairs = passages.map((passage) => tokens.pair(query, passage))
      const scores: number[] = passages.map(() => NaN)
      const read = (outputs: Outputs, places: readonly number[]) =>
        scoresIn(outputs, places.length, plan, name).forEach((score, row) => (scores[places[row] as number] = score))
      await session.run(pairs, read, signal)
      cut += pairs.filter(({ isCut }) => isCut).length
      return scores
    },
    close: async () => {
      await session.close()
      if (cut > 0) onNotice(cutNotice(name, cut, 'passage', `${plan.maxTokens} tokens with its query`))
    },
  }
}

function scoresIn(outputs: Outputs, count: number, { positiveLabel }: RerankerPlan, name: string): number[] {
  const logits = outputs.get('logits') ?? [...outputs.values()][0]
  const labels = (logits?.data.length ?? 0) / count
  if (logits === undefined || (labels !== 1 && labels !== 2)) {
    throw new UsageError(`${name} returns ${labels} numbers per pair: a reranker has one label, or two`)
  }
  return Array.from({ length: count }, (_, row) => {
    const at = (label: number) => logits.data[row * labels + label] as number
    const score = labels === 1 ? at(0) : at(positiveLabel) - at(1 - positiveLabel)
    if (Number.isFinite(score)) return score
    throw new UsageError(`${name} returned the score ${score}`, {
      hint: 'Try weights of another precision: ?precision=fp32.',
    })
  })
}

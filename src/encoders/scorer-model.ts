// A scorer as a model that can be asked: a request is the query and the passages, its reply the list of their scores. So scores are
// stored, found again, claimed and paid for as every other reply is.
import type { DownloadConsent } from '../hub/resolve.ts'
import type { ChatModel, Price } from '../llm/chat.ts'
import { connect } from '../llm/connection.ts'
import { CallError, StopRun } from '../llm/errors.ts'
import { priceOf, type GivenPrices } from '../llm/prices.ts'
import { scoringIn, scoresText } from '../llm/scoring.ts'
import { openScorer } from './models.ts'
import type { Scorer } from './scorer.ts'
import { nameOf, parseModelSpec } from './specs.ts'

/** A model, and what it is called without credentials. */
export interface NamedChatModel {
  name: string
  model: ChatModel
}

interface ScorerModelOptions {
  prices: GivenPrices
  env: Record<string, string | undefined>
  /** Whether anything will be scored: else nothing is opened. */
  willSend: boolean
  consent: DownloadConsent
  concurrency: number
  timeoutMs: number
  onNotice: (notice: string) => void
}

/** Rows that a scorer in this process has at once: the next is made ready while one is worked on. */
const AT_ONCE = 2
const FREE: Price = { input: 0, output: 0 }

/** @throws UsageError when it cannot be had; CallError or StopRun when its server fails */
export async function openScorerModel(text: string, opening: ScorerModelOptions): Promise<NamedChatModel> {
  const spec = parseModelSpec(text)
  const { prices, env, willSend, concurrency } = opening
  const name = nameOf(spec)
  const isHere = spec.kind === 'hf' || spec.kind === 'static'
  const price = isHere ? FREE : priceOf(spec.model.name, prices)
  if (!willSend) return { name, model: { endpoint: name, identity: name, price, complete: neverSent } }
  const { consent, timeoutMs, onNotice } = opening
  // Whoever asks tries again; here every call is one attempt.
  const scorer = await openScorer(text, env, { consent, concurrency, maxRetries: 0, timeoutMs, onNotice })
  const endpoint = isHere ? name : connect(spec.model, env).endpoint
  return { name, model: { endpoint, price, atOnce: isHere ? AT_ONCE : concurrency, ...modelOf(scorer) } }
}

function modelOf(scorer: Scorer): Pick<ChatModel, 'identity' | 'complete' | 'close'> {
  return {
    identity: scorer.identity,
    complete: async ({ messages }, signal) => {
      const { query, passages } = scoringIn(messages)
      try {
        const scores = await scorer.score(query, passages, signal)
        return { reply: { text: scoresText(scores), finishReason: 'stop' } }
      } catch (error) {
        throw attemptError(error)
      }
    },
    close: () => scorer.close(),
  }
}

/** What the one attempt came to, without what its own scheduler made of it. */
function attemptError(error: unknown): unknown {
  const isVerdict = error instanceof CallError || error instanceof StopRun
  return isVerdict && error.cause instanceof CallError ? error.cause : error
}

const neverSent = () => Promise.reject(new Error('nothing is scored in a dry run'))

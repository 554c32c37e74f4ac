// Presents a scorer as a chat model: a request is a query and passages, its reply the list of their scores. Scores are therefore stored,
// found again, claimed and paid for like all other replies.
import type { DownloadConsent } from '../hub/consent.ts'
import type { ChatModel, Price } from '../llm/chat.ts'
import { connect } from '../llm/connection.ts'
import { CallError, StopRun } from '../llm/errors.ts'
import type { ModelName } from '../llm/models.ts'
import { priceOf, type GivenPrices } from '../llm/prices.ts'
import { NEVER_MS } from '../llm/scheduler.ts'
import { scoringIn, scoresText } from '../llm/scoring.ts'
import { openScorer } from './models.ts'
import type { Scorer } from './scorer.ts'
import { baseIn } from './mapped/base-file.ts'
import { isLocal, nameOf, parseModelSpec, type ModelSpec } from './specs.ts'

/** A model and its name without credentials. */
export interface NamedChatModel {
  name: string
  model: ChatModel
}

interface ScorerModelOptions {
  prices: GivenPrices
  env: Record<string, string | undefined>
  /** Whether anything will be scored; otherwise the scorer is not opened. */
  willSend: boolean
  consent: DownloadConsent
  concurrency: number
  onNotice: (notice: string) => void
}

/** Rows that a scorer in this process handles at once, so that the next is prepared while one is computed. */
const AT_ONCE = 2
const FREE: Price = { input: 0, output: 0 }

/** @throws UsageError if the scorer is not available; CallError or StopRun if its server fails */
export async function openScorerModel(text: string, opening: ScorerModelOptions): Promise<NamedChatModel> {
  const spec = parseModelSpec(text)
  const { prices, env, willSend, concurrency } = opening
  const name = nameOf(spec)
  const server = serverOf(spec)
  const price = server === undefined ? FREE : await priceOf(server.name, prices, server.baseUrl)
  if (!willSend) return { name, model: { endpoint: name, identity: name, price, complete: neverSent } }
  const { consent, onNotice } = opening
  // The caller of this model retries and measures the time, so every call here is a single attempt without a limit.
  const scorer = await openScorer(text, env, { consent, concurrency, maxRetries: 0, timeoutMs: NEVER_MS, onNotice })
  const endpoint = server === undefined ? name : connect(server, env).endpoint
  return { name, model: { endpoint, price, ...(server === undefined && { atOnce: AT_ONCE }), ...modelOf(scorer) } }
}

/** Returns the server's model that is asked; undefined for a model on this machine. */
function serverOf(spec: ModelSpec): ModelName | undefined {
  if (spec.kind === 'map') return serverOf(parseModelSpec(baseIn(spec.path)))
  return isLocal(spec) ? undefined : spec.model
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

/** Returns the error of the attempt itself, without the wrapper added by the scorer's own scheduler. */
function attemptError(error: unknown): unknown {
  const isVerdict = error instanceof CallError || error instanceof StopRun
  return isVerdict && error.cause instanceof CallError ? error.cause : error
}

const neverSent = () => Promise.reject(new Error('a dry run scores nothing'))

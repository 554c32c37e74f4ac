// A reranker on any server that answers POST …/rerank: Cohere, Jina, vLLM, Infinity and llama.cpp expect "documents", TEI expects "texts".
import type { Environment } from '../../base/cache.ts'
import { isObject } from '../../base/json.ts'
import { HttpError } from '../../llm/adapters/post.ts'
import type { OpenOptions } from '../open-options.ts'
import { cutNotice } from '../notice.ts'
import type { Scorer } from '../scorer.ts'
import { nameOf, taggedName, type ModelSpec } from '../specs.ts'
import { batcher } from './batches.ts'
import { openCaller } from './caller.ts'

/** Some servers bill this many documents as one search. */
const BATCH_TEXTS = 100
const BATCH_CHARACTERS = 400_000

/** The fields that the server expects, learned from its refusals. */
interface Dialect {
  documents: 'documents' | 'texts'
  top_n: boolean
  return_documents: boolean
}

/** @throws UsageError if no endpoint or key can be determined */
export async function openRerankServer(
  spec: Extract<ModelSpec, { kind: 'rerank' }>,
  env: Environment,
  { onNotice, ...options }: OpenOptions,
): Promise<Scorer> {
  const { model } = spec
  const url = new URL(model.baseUrl)
  const [path] = /\/rerank\/?$/.exec(url.pathname) as unknown as [string]
  url.pathname = url.pathname.slice(0, -path.length)
  const caller = openCaller({ name: model.name, baseUrl: url.href }, env, options, path)
  const dialect: Dialect = { documents: 'documents', top_n: true, return_documents: true }
  const batches = batcher({ size: BATCH_TEXTS, characters: BATCH_CHARACTERS })

  const ask = (query: string, batch: readonly string[], signal: AbortSignal) =>
    caller.call(
      {
        path,
        body: () => bodyOf(dialect, model.name, query, batch),
        read: (answer) => scoresIn(answer, batch.length),
        retriesOtherwise: (error) => adapt(dialect, error),
      },
      signal,
    )

  return {
    name: nameOf(spec),
    identity: taggedName(model),
    score: (query, passages, signal) => batches.all(passages, (batch, either) => ask(query, batch, either), signal),
    close: async () => {
      caller.close()
      if (batches.cut > 0) onNotice(cutNotice(nameOf(spec), batches.cut, 'passage', 'the server takes'))
    },
  }
}

function bodyOf(dialect: Dialect, model: string, query: string, batch: readonly string[]): object {
  if (dialect.documents === 'texts') return { model, query, texts: batch }
  return {
    model,
    query,
    documents: batch,
    ...(dialect.top_n && { top_n: batch.length }),
    ...(dialect.return_documents && { return_documents: false }),
  }
}

/** Adapts the dialect to a refusal; false if the refusal says nothing new. */
function adapt(dialect: Dialect, error: unknown): boolean {
  if (!(error instanceof HttpError) || (error.status !== 400 && error.status !== 422)) return false
  const said = error.message
  if (dialect.documents === 'documents' && /\btexts\b/.test(said)) {
    dialect.documents = 'texts'
    return true
  }
  for (const key of ['return_documents', 'top_n'] as const) {
    if (dialect.documents === 'documents' && dialect[key] && said.includes(key)) {
      dialect[key] = false
      return true
    }
  }
  return false
}

/** @throws Error unless there is one number for each passage */
export function scoresIn(answer: unknown, count: number): number[] {
  const results: unknown = isObject(answer) ? (answer['results'] ?? answer['data']) : answer
  if (!Array.isArray(results)) throw new Error('no list of results')
  const scores = Array.from<number | undefined>({ length: count })
  for (const result of results as unknown[]) {
    const at: unknown = isObject(result) ? result['index'] : undefined
    if (typeof at !== 'number' || !Number.isInteger(at) || at < 0 || at >= count) {
      throw new Error(`an index ${JSON.stringify(at)} for ${count} passages`)
    }
    if (scores[at] !== undefined) throw new Error(`the index ${at} twice`)
    scores[at] = scoreIn(result as Record<string, unknown>, at)
  }
  const missing = scores.indexOf(undefined)
  if (missing !== -1) throw new Error(`no score for index ${missing}, ${results.length} for ${count} passages`)
  return scores as number[]
}

function scoreIn(result: Record<string, unknown>, at: number): number {
  const score = 'relevance_score' in result ? result['relevance_score'] : result['score']
  if (typeof score === 'number' && Number.isFinite(score)) return score
  throw new Error(`the score ${JSON.stringify(score)} at index ${at} is not a finite number`)
}

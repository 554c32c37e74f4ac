// Opens encoders and rerankers by the names that users type.
import { existsSync } from 'node:fs'
import type { Environment } from '../base/cache.ts'
import { UsageError } from '../base/errors.ts'
import { keptEncoder } from './embedding-cache.ts'
import { scorerOf } from './encoder-scorer.ts'
import { baseIn } from './mapped/base-file.ts'
import type { Encoder } from './encoder.ts'
import type { Scorer } from './scorer.ts'
import type { ModelOptions, OpenOptions } from './open-options.ts'
import { isLocal, nameOf, parseModelSpec, type ModelSpec } from './specs.ts'
import { openStaticEncoder } from './static/encoder.ts'

/** @throws UsageError if the model is not available or gives no vectors; CallError or StopRun if its server fails */
export async function openEncoder(
  spec: string,
  env: Environment = process.env,
  options: ModelOptions = {},
): Promise<Encoder> {
  const parsed = parseModelSpec(spec)
  const all = withDefaults(options)
  if (parsed.kind === 'embeddings') return openServer(parsed, env, all)
  if (parsed.kind === 'static') return openStaticEncoder(parsed.path, parsed.settings, all.task)
  if (parsed.kind === 'map') return openMapped(parsed.path, env, all)
  if (parsed.kind === 'hf' || parsed.kind === 'torch') {
    const model = await openHere(parsed, env, all)
    if ('encode' in model) return model
    await model.close()
  }
  throw new UsageError(`${nameOf(parsed)} is a reranker and returns no vectors`, {
    hint: 'Give an encoder: hf:PATH, hf:OWNER/REPO, torch:PATH, the folder of an encoder, or MODEL@BASE_URL of a server with /embeddings.',
  })
}

/** Opens an encoder as `openEncoder`, and keeps its vectors in the cache, except for static encoders, which are faster than the cache. */
export async function openKeptEncoder(
  spec: string,
  env: Environment = process.env,
  options: ModelOptions = {},
): Promise<Encoder> {
  const encoder = await openEncoder(spec, env, options)
  return parseModelSpec(spec).kind === 'static' ? encoder : keptEncoder(encoder, env)
}

/**
 * Opens a reranker, or an encoder whose inner products are the scores; its vectors are cached, so that a text in many rows is encoded once.
 * @throws UsageError if the model is not available; CallError or StopRun if its server fails
 */
export async function openScorer(
  spec: string,
  env: Environment = process.env,
  options: ModelOptions = {},
): Promise<Scorer> {
  const parsed = parseModelSpec(spec)
  const all = withDefaults(options)
  if (parsed.kind === 'rerank') return openReranker(parsed, env, all)
  if (parsed.kind === 'static') return scorerOf(openStaticEncoder(parsed.path, parsed.settings, all.task))
  if (parsed.kind === 'map') return scorerOf(await openMapped(parsed.path, env, all))
  const model = isLocal(parsed) ? await openHere(parsed, env, all) : await openServer(parsed, env, all)
  if (!('encode' in model)) return model
  return scorerOf(all.cache === false ? model : await keptEncoder(model, env))
}

function withDefaults({ onNotice = (notice) => process.emitWarning(notice), ...options }: ModelOptions): OpenOptions {
  return { ...options, onNotice }
}

type Spec<Kind extends ModelSpec['kind']> = ModelSpec & { kind: Kind }

// The code for servers, transformers and PyTorch is loaded only when needed.

/** Opens a map over the vectors of a server, which are cached. */
async function openMapped(folder: string, env: Environment, options: OpenOptions): Promise<Encoder> {
  const { openServerFolder } = await import('./mapped/server-folder.ts')
  const base = await keptEncoder(await openEncoder(baseIn(folder), env, options), env)
  try {
    return await openServerFolder(folder, base)
  } catch (error) {
    await base.close()
    throw error
  }
}

async function openServer(spec: Spec<'embeddings'>, env: Environment, options: OpenOptions): Promise<Encoder> {
  assertNoFolder(spec, env)
  const { openEmbeddingsServer } = await import('./servers/embeddings.ts')
  return openEmbeddingsServer(spec, env, options)
}

/** A server may have models named `org/name`, but OpenAI has none: without another server, such a name is meant as a folder. */
function assertNoFolder({ model: { name, baseUrl } }: Spec<'embeddings'>, env: Environment): void {
  const isServed = [baseUrl, env['OPENAI_BASE_URL'], env['AZURE_OPENAI_ENDPOINT']].some(Boolean)
  if (isServed || !name.includes('/')) return
  const wrong = existsSync(name) ? 'this folder holds no encoder or reranker' : 'there is no such folder'
  throw new UsageError(`${name}: ${wrong}, and OpenAI has no model of that name`, {
    hint: `Check the path. A model of the hub is hf:${name}, one of a server ${name}@http://HOST:PORT/v1.`,
  })
}

async function openReranker(spec: Spec<'rerank'>, env: Environment, options: OpenOptions): Promise<Scorer> {
  const { openRerankServer } = await import('./servers/rerank.ts')
  return openRerankServer(spec, env, options)
}

async function openHere(spec: Spec<'hf' | 'torch'>, env: Environment, options: OpenOptions): Promise<Encoder | Scorer> {
  if (spec.kind === 'torch') {
    const { openTorch } = await import('./torch/open.ts')
    return openTorch(spec, env)
  }
  const { openTransformer: open } = await import('./transformers/open.ts')
  return open(spec, env, options)
}

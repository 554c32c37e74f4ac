// Opens the retriever that a user names: bm25, an encoder, or several joined by +.
import type { Environment } from '../base/cache.ts'
import { messageOf, UsageError } from '../base/errors.ts'
import { withoutLogin } from '../base/url.ts'
import { readOptions, type OptionInput, type OptionValues } from '../options/options.ts'
import { bm25Retriever } from './bm25/bm25.ts'
import { denseRetriever } from './dense/dense.ts'
import type { Encoder } from '../encoders/encoder.ts'
import { fusedRetriever } from './fusion.ts'
import { openKeptEncoder } from '../encoders/models.ts'
import type { ModelOptions } from '../encoders/open-options.ts'
import { RETRIEVER_OPTIONS } from './options.ts'
import type { Retriever } from './retriever.ts'
import { parseModelSpec } from '../encoders/specs.ts'

export interface OpenRetrieverOptions extends Omit<OptionInput<typeof RETRIEVER_OPTIONS>, 'index'> {
  /** For encoders. */
  models?: Partial<ModelOptions> | undefined
  /** Opens an encoder. Default: `openKeptEncoder`. */
  encoder?: ((spec: string) => Promise<Encoder>) | undefined
}

const ALLOWED =
  'bm25, hf:PATH, hf:OWNER/REPO, MODEL@BASE_URL (a server with /embeddings; MODEL if OPENAI_BASE_URL or OPENAI_API_KEY is set), or several joined by +, such as bm25+hf:PATH'

/**
 * Opens a retriever by its name. All parts of the name are checked before a model is opened.
 * @throws UsageError naming the unreadable part and the allowed forms, or the model that is not available
 */
export async function openRetriever(
  spec: string,
  options: OpenRetrieverOptions = {},
  env: Environment = process.env,
): Promise<Retriever> {
  const { models = {}, encoder = (name: string) => openKeptEncoder(name, env, models), ...given } = options
  const values = readOptions(RETRIEVER_OPTIONS, given)
  const opened: Retriever[] = []
  try {
    for (const part of partsOf(spec, env)) opened.push(await openPart(part, values, encoder))
  } catch (error) {
    await Promise.all(opened.map((each) => each.close()))
    throw error
  }
  const [only, ...others] = opened
  return only !== undefined && others.length === 0 ? only : fusedRetriever(opened, values.rrfK)
}

type Values = OptionValues<typeof RETRIEVER_OPTIONS>

async function openPart(part: string, values: Values, encoder: (spec: string) => Promise<Encoder>): Promise<Retriever> {
  if (part === 'bm25') return bm25Retriever({ tokenizer: values.tokenizer, k1: values.bm25K1, b: values.bm25B })
  return denseRetriever(await encoder(part), values.search)
}

/** @throws UsageError with every part that is wrong */
function partsOf(spec: string, env: Environment): string[] {
  const parts = spec.split('+').map((part) => part.trim())
  const faults = parts.flatMap((part, at) => {
    const fault = faultOf(part, env) ?? (parts.indexOf(part) < at ? 'is given twice' : undefined)
    return fault === undefined ? [] : [`${JSON.stringify(withoutLogin(part))} ${fault}`]
  })
  if (faults.length === 0) return parts
  const shown = JSON.stringify(withoutLogin(spec))
  throw new UsageError(`retriever ${shown}: ${faults.join('; ')}; allowed: ${ALLOWED}`)
}

/** Returns what is wrong with one part of a name. */
function faultOf(part: string, env: Environment): string | undefined {
  if (part === 'bm25') return undefined
  if (part === '') return 'is empty'
  try {
    const { kind } = parseModelSpec(part)
    if (kind === 'rerank') return 'is a reranker, which cannot retrieve'
    const hasServer = part.includes('@') || env['OPENAI_BASE_URL'] || env['OPENAI_API_KEY']
    return kind === 'embeddings' && !hasServer
      ? 'has no server, and neither OPENAI_BASE_URL nor OPENAI_API_KEY is set'
      : undefined
  } catch (error) {
    return `cannot be read: ${messageOf(error)}`
  }
}

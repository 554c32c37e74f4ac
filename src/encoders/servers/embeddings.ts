// An encoder on any server that answers POST BASE_URL/embeddings as OpenAI does: vLLM, TEI, Ollama, llama.cpp, Infinity, OpenAI, Azure.
import type { Environment } from '../../base/cache.ts'
import { isObject } from '../../base/json.ts'
import { HttpError } from '../../llm/adapters/post.ts'
import type { Encoder, TextKind } from '../encoder.ts'
import type { OpenOptions } from '../open-options.ts'
import { nameOf, taggedName, type ModelSpec } from '../specs.ts'
import { settingsText } from '../settings.ts'
import { normalizeRows } from '../vectors.ts'
import { batcher } from './batches.ts'
import { openCaller } from './caller.ts'
import { cutNotice } from '../notice.ts'

const BATCH_TEXTS = 32
const BATCH_CHARACTERS = 100_000

/**
 * Opens an encoder. It sends one request to learn the length of the vectors, which also reveals a wrong address, key or model.
 * @throws UsageError, CallError or StopRun
 */
export async function openEmbeddingsServer(
  spec: Extract<ModelSpec, { kind: 'embeddings' }>,
  env: Environment,
  { onNotice, ...options }: OpenOptions,
): Promise<Encoder> {
  const { model, settings } = spec
  const caller = openCaller(model, env, options)
  let encoding: 'base64' | 'float' = 'base64'

  const ask = (texts: readonly string[], signal: AbortSignal | undefined, dimensions: number | undefined) =>
    caller.call(
      {
        path: '/embeddings',
        body: () => ({
          model: model.name,
          input: texts,
          encoding_format: encoding,
          ...(settings.dimensions !== undefined && { dimensions: settings.dimensions }),
        }),
        read: (answer) => vectorsIn(answer, texts.length, dimensions),
        retriesOtherwise: (error) => {
          const isRefused = encoding === 'base64' && refusesEncoding(error)
          if (isRefused) encoding = 'float'
          return isRefused
        },
      },
      signal,
    )

  const [first] = await ask(['winnow'], options.signal, settings.dimensions)
  const dimensions = (first as Float32Array).length
  const batches = batcher({ size: BATCH_TEXTS, characters: BATCH_CHARACTERS })
  const prefixes: Record<TextKind, string> = {
    query: settings.queryPrefix ?? '',
    passage: settings.passagePrefix ?? '',
  }
  return {
    name: nameOf(spec),
    identity: `${taggedName(model)}${settingsText(settings)}`,
    dimensions,
    prefixes,
    encode: async (plain, kind, signal) => {
      const vectors = new Float32Array(plain.length * dimensions)
      // Most servers refuse an empty text. Its vector is zero, so it scores 0 against everything.
      const asked = plain.flatMap((text, at) => (text.trim() === '' ? [] : [at]))
      const found = await batches.all(
        asked.map((at) => prefixes[kind] + plain[at]),
        (batch, either) => ask(batch, either, dimensions),
        signal,
      )
      found.forEach((vector, at) => vectors.set(vector, (asked[at] as number) * dimensions))
      if (settings.normalize !== false) normalizeRows(vectors, dimensions)
      return vectors
    },
    close: async () => {
      caller.close()
      if (batches.cut > 0) onNotice(cutNotice(nameOf(spec), batches.cut, 'text', 'the server takes'))
    },
  }
}

function refusesEncoding(error: unknown): boolean {
  const isRefusal = error instanceof HttpError && (error.status === 400 || error.status === 422)
  return isRefusal && /encoding_format|base64/.test(error.message)
}

/** @throws Error unless there is one vector of numbers for each text, all of one length */
function vectorsIn(answer: unknown, count: number, dimensions: number | undefined): Float32Array[] {
  const data: unknown = isObject(answer) ? answer['data'] : undefined
  if (!Array.isArray(data)) throw new Error('no list "data"')
  if (data.length !== count)
    throw new Error(`${data.length} ${data.length === 1 ? 'vector' : 'vectors'} for ${textsOf(count)}`)
  const vectors = Array.from<Float32Array | undefined>({ length: count })
  data.forEach((item: unknown, place) => {
    const at = isObject(item) && item['index'] !== undefined ? Number(item['index']) : place
    if (!Number.isInteger(at) || at < 0 || at >= count) throw new Error(`an index ${at} for ${textsOf(count)}`)
    if (vectors[at] !== undefined) throw new Error(`the index ${at} twice`)
    vectors[at] = vectorIn(isObject(item) ? item['embedding'] : undefined, at, dimensions)
  })
  const all = vectors as Float32Array[]
  const lengths = new Set(all.map(({ length }) => length))
  if (lengths.size > 1) throw new Error(`vectors of ${[...lengths].join(' and ')} dimensions`)
  return all
}

const textsOf = (count: number) => (count === 1 ? '1 text' : `${count} texts`)

function vectorIn(embedding: unknown, at: number, dimensions: number | undefined): Float32Array {
  const vector = typeof embedding === 'string' ? fromBase64(embedding) : fromNumbers(embedding)
  if (vector === undefined || vector.length === 0) throw new Error(`no vector of numbers at index ${at}`)
  if (!vector.every(Number.isFinite))
    throw new Error(`a value that is not a finite number in the vector at index ${at}`)
  if (dimensions !== undefined && vector.length !== dimensions) {
    throw new Error(`a vector of ${vector.length} dimensions at index ${at}, expected ${dimensions}`)
  }
  return vector
}

function fromNumbers(embedding: unknown): Float32Array | undefined {
  if (!Array.isArray(embedding) || !embedding.every((value) => typeof value === 'number' || value === null)) {
    return undefined
  }
  return Float32Array.from(embedding, (value: number | null) => value ?? NaN)
}

/** Reads little-endian float32 values. */
function fromBase64(text: string): Float32Array | undefined {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length % 4 !== 0) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return Float32Array.from({ length: bytes.length / 4 }, (_, at) => view.getFloat32(at * 4, true))
}

// An encoder in this process: tokens, hidden states, pooling.
import { UsageError } from '../../base/errors.ts'
import type { Encoder, TextKind } from '../encoder.ts'
import { cutNotice } from '../notice.ts'
import { normalizeRows } from '../vectors.ts'
import type { EncoderPlan } from './configuration.ts'
import { routesDiffer, type Layers } from './layers.ts'
import { pool } from './pooling.ts'
import type { Outputs, Session } from './session.ts'
import { TokenCutter } from './tokens.ts'

interface EncoderParts {
  name: string
  identity: string
  plan: EncoderPlan
  layers: Layers
  session: Session
  onNotice: (notice: string) => void
}

/** The most texts held as tokens at once, however many are requested. */
const WINDOW = 4096

/** Creates an encoder, and encodes a word to learn the length of its vectors. @throws UsageError if the model gives no vectors */
export async function transformerEncoder({
  name,
  identity,
  plan,
  layers,
  session,
  onNotice,
}: EncoderParts): Promise<Encoder> {
  const tokens = new TokenCutter(session.tokenizer, plan.maxTokens)
  let [cut, givesWholeVectors] = [0, false]

  const vectorsOf = async (texts: readonly string[], kind: TextKind, signal?: AbortSignal) => {
    const prefix = plan.prefixes[kind]
    const sequences = texts.map((text) => tokens.single(prefix + (plan.lowerCase ? text.toLowerCase() : text)))
    const vectors: Float32Array[] = []
    const read = (outputs: Outputs, places: readonly number[]) => {
      const lengths = places.map((at) => sequences[at]?.ids.length ?? 0)
      const found = pooled(outputs, lengths, plan, name)
      givesWholeVectors = found.isWhole
      const through = found.isWhole ? (vector: Float32Array) => vector : layers[kind]
      found.vectors.forEach((vector, row) => (vectors[places[row] as number] = through(vector)))
    }
    await session.run(sequences, read, signal)
    cut += sequences.filter(({ isCut }) => isCut).length
    return vectors
  }

  const [first] = await vectorsOf(['winnow'], 'passage')
  const dimensions = (first as Float32Array).length
  return {
    name,
    identity,
    dimensions,
    givesWholeVectors,
    // Equal texts after equal prefixes have different vectors if queries and passages go through different layers.
    ...(!routesDiffer(plan.steps) && { prefixes: plan.prefixes }),
    encode: async (texts, kind, signal) => {
      const all = new Float32Array(texts.length * dimensions)
      for (let from = 0; from < texts.length; from += WINDOW) {
        const vectors = await vectorsOf(texts.slice(from, from + WINDOW), kind, signal)
        vectors.forEach((vector, at) => all.set(vector, (from + at) * dimensions))
      }
      if (plan.normalize) normalizeRows(all, dimensions)
      assertFinite(all, dimensions, texts, name)
      return all
    },
    close: async () => {
      await session.close()
      if (cut > 0) onNotice(cutNotice(name, cut, 'text', `${plan.maxTokens} tokens`))
    },
  }
}

interface Pooled {
  vectors: Float32Array[]
  /** Whether they are the model's own vectors, to which no layers are applied. */
  isWhole: boolean
}

/** Returns one vector per text, from the hidden states of its tokens, or from a model that pools by itself. */
function pooled(outputs: Outputs, lengths: readonly number[], plan: EncoderPlan, name: string): Pooled {
  const whole = outputs.get('sentence_embedding')
  const states =
    outputs.get('last_hidden_state') ??
    outputs.get('token_embeddings') ??
    [...outputs.values()].find(({ dims }) => dims.length === 3)
  const hasWhole = whole?.dims.length === 2 && !routesDiffer(plan.steps)
  if (hasWhole && (plan.beyond.length > 0 || states === undefined)) {
    const size = whole.dims[1] as number
    return { vectors: lengths.map((_, row) => whole.data.slice(row * size, (row + 1) * size)), isWhole: true }
  }
  if (plan.beyond.length > 0) throw unsupported(plan, name)
  if (states?.dims.length !== 3) {
    throw new UsageError(`${name} returns no vectors: its outputs are ${[...outputs.keys()].join(', ')}`)
  }
  const [, width = 0, hidden = 0] = states.dims
  const vectors = lengths.map((length, row) => {
    const vector = new Float32Array(plan.poolings.length * hidden)
    const own = states.data.subarray(row * width * hidden, (row + 1) * width * hidden)
    pool(plan.poolings, { states: own, hidden, length }, vector)
    return vector
  })
  return { vectors, isWhole: false }
}

function unsupported({ beyond }: EncoderPlan, name: string): UsageError {
  const kinds = [...new Set(beyond.map(({ kind }) => kind))].join(', ')
  const reasons = beyond.map(({ reason }) => reason).join('; ')
  return new UsageError(`${name}: its module ${kinds} is not in the ONNX file and cannot be carried out: ${reasons}`, {
    hint: 'Load the model in sentence-transformers and save it again, which writes model.safetensors in the folder of each Dense; or export it with all modules, so that the ONNX file has an output "sentence_embedding".',
  })
}

function assertFinite(vectors: Float32Array, dimensions: number, texts: readonly string[], name: string): void {
  const bad = vectors.findIndex((value) => !Number.isFinite(value))
  if (bad === -1) return
  const text = JSON.stringify(texts[Math.floor(bad / dimensions)]?.slice(0, 80))
  throw new UsageError(`${name}: the vector of ${text} has a value that is not a finite number`, {
    hint: 'Try weights of another precision: ?precision=fp32.',
  })
}

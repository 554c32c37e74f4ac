// Opens torch:PATH or torch:OWNER/REPO: an encoder or a reranker that runs in a Python process, on a GPU if there is one.
import type { Environment } from '../../base/cache.ts'
import { UsageError } from '../../base/errors.ts'
import { isObject, type JsonObject } from '../../base/json.ts'
import type { Encoder, TextKind } from '../encoder.ts'
import type { Scorer } from '../scorer.ts'
import { nameOf, type ModelSpec } from '../specs.ts'
import { torchIdentity } from './folder.ts'
import { servingProcess, TorchProcess, type StartServing, type TorchModel } from './process.ts'

/** Texts in one request; between two, work can be interrupted. */
const WINDOW = 512

/**
 * @param start starts what serves the model; by default a process of its own
 * @throws UsageError that says what is missing: Python, its packages, the model
 */
export async function openTorch(
  spec: Extract<ModelSpec, { kind: 'torch' }>,
  env: Environment,
  start: StartServing = servingProcess(env),
): Promise<Encoder | Scorer> {
  const name = nameOf(spec)
  const torch = new TorchProcess(name, spec.path, spec.settings, start)
  try {
    const model = await torch.opened
    const identity = await torchIdentity(model.folder, model.use, env)
    return model.kind === 'encoder' ? encoderOn(torch, model, name, identity) : scorerOn(torch, name, identity)
  } catch (error) {
    await torch.close()
    throw error
  }
}

function encoderOn(torch: TorchProcess, { dimensions, use }: TorchModel, name: string, identity: string): Encoder {
  return {
    name,
    identity,
    dimensions,
    ...prefixesIn(use),
    encode: async (texts, kind, signal) => {
      const all = new Float32Array(texts.length * dimensions)
      for (let from = 0; from < texts.length; from += WINDOW) {
        signal?.throwIfAborted()
        const some = texts.slice(from, from + WINDOW)
        const vectors = vectorsIn(await torch.ask({ kind, texts: some }))
        if (vectors.length !== some.length * dimensions || !vectors.every(Number.isFinite)) {
          throw new UsageError(`${name} returned a vector that is too short or has a value that is not a finite number`)
        }
        all.set(vectors, from * dimensions)
      }
      return all
    },
    close: () => torch.close(),
  }
}

function prefixesIn({ prefixes }: JsonObject): { prefixes?: Record<TextKind, string> } {
  return isObject(prefixes)
    ? { prefixes: { query: String(prefixes['query']), passage: String(prefixes['passage']) } }
    : {}
}

function vectorsIn({ vectors }: JsonObject): Float32Array {
  const bytes = Uint8Array.from(Buffer.from(String(vectors), 'base64'))
  return new Float32Array(bytes.buffer)
}

function scorerOn(torch: TorchProcess, name: string, identity: string): Scorer {
  return {
    name,
    identity,
    score: async (query, passages, signal) => {
      const all: number[] = []
      for (let from = 0; from < passages.length; from += WINDOW) {
        signal?.throwIfAborted()
        const { scores } = await torch.ask({ query, texts: passages.slice(from, from + WINDOW) })
        all.push(...(scores as number[]))
      }
      if (all.length !== passages.length || !all.every(Number.isFinite)) {
        throw new UsageError(`${name} returned a score that is not a finite number`)
      }
      return all
    },
    close: () => torch.close(),
  }
}

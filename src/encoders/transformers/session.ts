// A loaded model. Runs batches of token sequences, longest first, so that little is wasted on padding.
import { availableParallelism } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { messageOf, UsageError } from '../../base/errors.ts'
import type { ModelFolder } from './folder.ts'
import type { Model, Tensor, Tokenizer, TransformersModule } from './library.ts'
import type { TokenSequence } from './tokens.ts'

export interface Session {
  tokenizer: Tokenizer
  /**
   * Runs all sequences, and passes the outputs of each batch with the positions of its sequences to `read`.
   * @throws the signal's reason, between batches
   */
  run(
    sequences: readonly TokenSequence[],
    read: (outputs: Outputs, places: readonly number[]) => void,
    signal?: AbortSignal,
  ): Promise<void>
  close(): Promise<void>
}

/** The output tensors of a batch by name, as 32-bit floats. */
export type Outputs = ReadonlyMap<string, { dims: readonly number[]; data: Float32Array }>

/** Tokens in a batch, including padding. More gains nothing on a CPU and costs memory. */
const BATCH_TOKENS = 2048

/** @throws UsageError if the model cannot be loaded */
export async function openSession(library: TransformersModule, folder: ModelFolder, name: string): Promise<Session> {
  try {
    const tokenizer = await library.AutoTokenizer.from_pretrained(folder.path, { local_files_only: true })
    const model = await library.AutoModel.from_pretrained(folder.path, {
      local_files_only: true,
      subfolder: dirname(folder.onnx) === '.' ? '' : dirname(folder.onnx),
      model_file_name: basename(folder.onnx, '.onnx'),
      dtype: 'fp32',
      device: 'cpu',
      // The runtime finds the files beside the graph by itself.
      use_external_data_format: false,
      session_options: {
        intraOpNumThreads: availableParallelism(),
        interOpNumThreads: 1,
        // Threads that spin while they wait slow down everything else on the machine.
        extra: { session: { intra_op: { allow_spinning: '0' } } },
      },
    })
    return sessionOf(library, tokenizer, model, name)
  } catch (error) {
    throw new UsageError(`${name}: ${join(folder.path, folder.onnx)} cannot be loaded: ${messageOf(error)}`, {
      cause: error,
    })
  }
}

function sessionOf(library: TransformersModule, tokenizer: Tokenizer, model: Model, name: string): Session {
  let closed: Promise<unknown> | undefined
  return {
    tokenizer,
    run: async (sequences, read, signal) => {
      for (const places of batchesOf(sequences)) {
        signal?.throwIfAborted()
        const batch = places.map((at) => sequences[at] as TokenSequence)
        const outputs = await model(inputsOf(library, batch, tokenizer.pad_token_id ?? 0))
        read(floatsIn(outputs, name), places)
      }
    },
    close: async () => {
      closed ??= model.dispose()
      await closed
    },
  }
}

/** Returns the positions of sequences that run together, longest first. */
export function batchesOf(sequences: readonly TokenSequence[], tokens = BATCH_TOKENS): number[][] {
  const order = sequences.map((_, at) => at)
  const lengthAt = (at: number) => (sequences[at] as TokenSequence).ids.length
  order.sort((one, other) => lengthAt(other) - lengthAt(one) || one - other)
  const batches: number[][] = []
  for (const at of order) {
    const last = batches.at(-1)
    if (last !== undefined && (last.length + 1) * lengthAt(last[0] as number) <= tokens) last.push(at)
    else batches.push([at])
  }
  return batches
}

/** Builds the inputs, padded at the end, which works with every pooling. */
function inputsOf(
  { Tensor }: TransformersModule,
  batch: readonly TokenSequence[],
  padding: number,
): Record<string, Tensor> {
  const width = Math.max(...batch.map(({ ids }) => ids.length))
  const dims = [batch.length, width]
  const size = batch.length * width
  const ids = new BigInt64Array(size).fill(BigInt(padding))
  const mask = new BigInt64Array(size)
  const types = new BigInt64Array(size)
  batch.forEach((sequence, row) => {
    sequence.ids.forEach((id, at) => {
      ids[row * width + at] = BigInt(id)
      mask[row * width + at] = 1n
      types[row * width + at] = BigInt(sequence.types[at] ?? 0)
    })
  })
  return {
    input_ids: new Tensor('int64', ids, dims),
    attention_mask: new Tensor('int64', mask, dims),
    token_type_ids: new Tensor('int64', types, dims),
  }
}

function floatsIn(outputs: Record<string, unknown>, name: string): Outputs {
  const found = new Map<string, { dims: readonly number[]; data: Float32Array }>()
  for (const [key, value] of Object.entries(outputs)) {
    if (!isTensor(value) || !/^(b?float|double)/.test(value.type)) continue
    const { data } = value.type === 'float32' ? value : value.to('float32')
    if (data instanceof Float32Array) found.set(key, { dims: value.dims, data })
  }
  if (found.size === 0)
    throw new UsageError(`${name}: the model returns neither vectors nor scores: ${Object.keys(outputs).join(', ')}`)
  return found
}

function isTensor(value: unknown): value is Tensor {
  return typeof value === 'object' && value !== null && 'dims' in value && 'data' in value
}

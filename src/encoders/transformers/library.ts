// The part of @huggingface/transformers that Winnow uses, as our own interfaces, and how the package is found: it is an optional peer
// dependency and often missing.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Environment } from '../../base/cache.ts'
import { messageOf, UsageError } from '../../base/errors.ts'
import { isObject } from '../../base/json.ts'

export interface TransformersModule {
  AutoTokenizer: { from_pretrained(folder: string, options: { local_files_only: true }): Promise<Tokenizer> }
  AutoModel: { from_pretrained(folder: string, options: LoadOptions): Promise<Model> }
  Tensor: new (type: 'int64', data: BigInt64Array, dims: readonly number[]) => Tensor
  LogLevel: { ERROR: number }
  env: { logLevel: number }
}

interface LoadOptions {
  local_files_only: true
  /** Folder and name of the ONNX file, without its extension. */
  subfolder: string
  model_file_name: string
  /** Adds no suffix to the name. */
  dtype: 'fp32'
  device: 'cpu'
  use_external_data_format: false
  session_options: {
    intraOpNumThreads: number
    interOpNumThreads: number
    extra: Record<string, unknown>
  }
}

export interface Tokenizer {
  (
    text: string,
    options: { text_pair?: string; add_special_tokens: boolean; return_tensor: false },
  ): { input_ids: number[]; token_type_ids?: number[] }
  pad_token_id?: number
}

export interface Model {
  (inputs: Record<string, Tensor>): Promise<Record<string, unknown>>
  dispose(): Promise<unknown>
}

export interface Tensor {
  type: string
  dims: number[]
  /** Row by row. */
  data: ArrayLike<number> | BigInt64Array
  to(type: 'float32'): Tensor
}

const PACKAGE = '@huggingface/transformers'

/**
 * Loads @huggingface/transformers from the folder in WINNOW_TRANSFORMERS, or else as Node resolves it beside Winnow.
 * @throws UsageError with the command that installs it
 */
export async function loadTransformers(env: Environment): Promise<TransformersModule> {
  const folder = env['WINNOW_TRANSFORMERS']
  try {
    const library = (await import(folder ? entryOf(folder) : PACKAGE)) as TransformersModule
    library.env.logLevel = library.LogLevel.ERROR
    return library
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'
    const why = isMissing && !folder ? 'is not installed' : `cannot be loaded: ${messageOf(error).split('\n')[0]}`
    throw new UsageError(`hf: models need the package ${PACKAGE}, which ${why}`, {
      hint: folder
        ? `WINNOW_TRANSFORMERS must be the folder of the package, such as …/node_modules/${PACKAGE}.`
        : `Install it next to Winnow: npm install ${PACKAGE}@4`,
      cause: error,
    })
  }
}

/** Returns the file that Node would import. */
function entryOf(folder: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  let entry: unknown = isObject(manifest) ? (manifest['exports'] ?? manifest['main']) : undefined
  if (isObject(entry) && '.' in entry) entry = entry['.']
  for (const condition of ['node', 'import', 'default']) if (isObject(entry)) entry = entry[condition] ?? entry
  if (typeof entry !== 'string') throw new Error(`${folder}/package.json names no file to import`)
  return pathToFileURL(join(folder, entry)).href
}

// A static encoder as a folder: written in the format of sentence-transformers' StaticEmbedding and Normalize, read in that format and
// Model2Vec's.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError, messageOf } from '../../base/errors.ts'
import { isObject, type JsonObject } from '../../base/json.ts'
import type { TextKind } from '../encoder.ts'
import { promptFor, type RetrievalTask } from '../prompts.ts'
import { readSafetensors, writeSafetensors, type Tensor } from '../safetensors.ts'

/** A table of vectors, and the tokenizer that maps a text to its rows. */
export interface StaticModel {
  /** The contents of tokenizer.json. */
  tokenizer: unknown
  /** One row per token [tokens × dimensions]. */
  vectors: Float32Array
  dimensions: number
  /** The prefix for each kind of text; '' for none. */
  prompts: Record<TextKind, string>
}

const MODULE = '0_StaticEmbedding'
const NORMALIZE = '1_Normalize'
const WEIGHTS = 'model.safetensors'
const TOKENIZER = 'tokenizer.json'
const SETTINGS = 'config_sentence_transformers.json'
const [MODULES, CARD] = ['modules.json', 'README.md']
/** All names in a folder that `writeStaticFolder` wrote. */
export const STATIC_FOLDER_NAMES: readonly string[] = [MODULES, MODULE, NORMALIZE, SETTINGS, CARD]
/** What such a folder must hold, wherever its two files are. */
const HINT =
  'A static encoder is a folder with model.safetensors and tokenizer.json: what winnow train writes, StaticEmbedding of sentence-transformers, or Model2Vec.'

/** Returns whether a folder looks like a static encoder, without reading its weights. */
export function isStaticFolder(folder: string): boolean {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return false
  const modules = join(folder, MODULES)
  if (existsSync(modules)) return readFileSync(modules, 'utf8').includes('StaticEmbedding')
  return [TOKENIZER, WEIGHTS].every((name) => existsSync(join(folder, name))) && isModel2Vec(folder)
}

function isModel2Vec(folder: string): boolean {
  const config = join(folder, 'config.json')
  if (!existsSync(config)) return true
  const text = readFileSync(config, 'utf8')
  return text.includes('model2vec') || text.includes('StaticModel')
}

/** @throws UsageError if the folder holds no static encoder, or has unknown parts */
export function readStaticFolder(folder: string, task?: RetrievalTask): StaticModel & { digest: string } {
  if (!existsSync(folder)) throw new UsageError(`no such folder: ${folder}`, { hint: HINT })
  const place = placeOf(folder)
  const [tokenizerPath, weightsPath] = [join(place, TOKENIZER), join(place, WEIGHTS)]
  for (const path of [tokenizerPath, weightsPath]) {
    if (!existsSync(path)) throw new UsageError(`${path} not found`, { hint: HINT })
  }
  const { shape, values } = tableOf(readSafetensors(weightsPath), weightsPath)
  assertFinite(shape, values, weightsPath)
  const prompts = promptsOf(folder, task)
  const digest = createHash('sha256')
  digest.update(readFileSync(tokenizerPath)).update(new Uint8Array(values.buffer))
  return {
    tokenizer: readJson(tokenizerPath),
    vectors: values,
    dimensions: shape[1] as number,
    prompts,
    digest: digest.digest('hex'),
  }
}

/** Returns the folder of the only module with weights. */
function placeOf(folder: string): string {
  const path = join(folder, MODULES)
  if (!existsSync(path)) return folder
  const modules = readJson(path)
  const known = Array.isArray(modules) ? modules.filter(isObject) : []
  const types = known.map(({ type }) => String(type).split('.').at(-1))
  const unknown = types.filter((type) => type !== 'StaticEmbedding' && type !== 'Normalize')
  const [embedding, ...more] = known.filter((_, at) => types[at] === 'StaticEmbedding')
  if (embedding === undefined || more.length + unknown.length > 0) {
    throw new UsageError(
      `${path}: the modules ${types.join(', ') || '(none)'}; allowed: StaticEmbedding, then Normalize`,
      {
        hint: HINT,
      },
    )
  }
  return join(folder, String(embedding['path'] ?? ''))
}

/** Returns the rows of all token ids. In Model2Vec, each row is found by the mapping and scaled by its weight, if the file has these. */
function tableOf(tensors: Map<string, Tensor>, path: string): Tensor {
  const table = tensors.get('embedding.weight') ?? tensors.get('embeddings')
  if (table === undefined || table.shape.length !== 2) {
    const seen = [...tensors.keys()].join(', ') || 'none'
    throw new UsageError(`${path}: no table of vectors; tensors: ${seen}; allowed: embedding.weight, embeddings`)
  }
  const [rows, dimensions] = table.shape as [number, number]
  const [mapping, weights] = [tensors.get('mapping')?.values, tensors.get('weights')?.values]
  if (tensors.has('embedding.weight') || (mapping === undefined && weights === undefined)) return table
  const size = mapping?.length ?? rows
  if (weights !== undefined && weights.length !== size) {
    throw new UsageError(`${path}: ${weights.length} weights for ${size} tokens`)
  }
  const values = new Float32Array(size * dimensions)
  for (let token = 0; token < size; token++) {
    const row = mapping?.[token] ?? token
    if (!(row >= 0 && row < rows)) throw new UsageError(`${path}: token ${token} is mapped to row ${row} of ${rows}`)
    const weight = weights?.[token] ?? 1
    for (let at = 0; at < dimensions; at++) {
      values[token * dimensions + at] = (table.values[row * dimensions + at] as number) * weight
    }
  }
  return { shape: [size, dimensions], values }
}

/** Refuses values that are not finite: one would make every text with its token unlike all others. */
function assertFinite([, dimensions]: number[], values: Float32Array, path: string): void {
  const at = values.findIndex((value) => !Number.isFinite(value))
  if (at >= 0) {
    throw new UsageError(`${path}: the vector of token ${Math.floor(at / (dimensions as number))} holds ${values[at]}`)
  }
}

function promptsOf(folder: string, task: RetrievalTask | undefined): Record<TextKind, string> {
  const path = join(folder, SETTINGS)
  const read = existsSync(path) ? readJson(path) : {}
  const settings = isObject(read) ? read : {}
  return { query: promptFor(settings, 'query', task).text, passage: promptFor(settings, 'passage', task).text }
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${messageOf(error)}`, { cause: error })
  }
}

/**
 * Writes a folder that sentence-transformers loads directly: `SentenceTransformer('model/')`.
 * @param card the README
 */
export function writeStaticFolder(
  folder: string,
  { tokenizer, vectors, dimensions, prompts }: StaticModel,
  card: string,
): void {
  mkdirSync(join(folder, MODULE), { recursive: true })
  mkdirSync(join(folder, NORMALIZE), { recursive: true })
  const json = (name: string, value: unknown) =>
    writeFileSync(join(folder, name), `${JSON.stringify(value, undefined, 2)}\n`)
  const type = (name: string) => `sentence_transformers.models.${name}`
  json(MODULES, [
    { idx: 0, name: '0', path: MODULE, type: type('StaticEmbedding') },
    { idx: 1, name: '1', path: NORMALIZE, type: type('Normalize') },
  ])
  json(SETTINGS, settingsOf(prompts))
  writeFileSync(join(folder, MODULE, TOKENIZER), JSON.stringify(tokenizer))
  writeSafetensors(join(folder, MODULE, WEIGHTS), {
    'embedding.weight': { shape: [vectors.length / dimensions, dimensions], values: vectors },
  })
  json(join(NORMALIZE, 'config.json'), {})
  writeFileSync(join(folder, CARD), card)
}

function settingsOf({ query, passage }: Record<TextKind, string>): JsonObject {
  return {
    model_type: 'SentenceTransformer',
    __version__: {},
    prompts: { query, document: passage },
    default_prompt_name: null,
    similarity_fn_name: 'cosine',
  }
}

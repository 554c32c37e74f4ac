// Reads from a model's own files how it is meant to be used: pooling, normalisation, prefixes, length. Pure, apart from reading JSON.
import { join } from 'node:path'
import { UsageError } from '../../base/errors.ts'
import { isObject, type JsonObject } from '../../base/json.ts'
import type { TextKind } from '../encoder.ts'
import { promptFor, type RetrievalTask } from '../prompts.ts'
import { POOLINGS, type ModelSettings, type Pooling } from '../settings.ts'
import { modulesIn, readJson, readTail, type Tail } from './modules.ts'

/** How an encoder turns texts into vectors. */
export interface EncoderPlan {
  /** The most tokens of a text, including special ones; longer texts are cut. */
  maxTokens: number
  /** The results of several poolings are concatenated. */
  poolings: readonly Pooling[]
  normalize: boolean
  prefixes: Record<TextKind, string>
  /** Whether texts are lower-cased first, in addition to what the tokenizer does. */
  lowerCase: boolean
  /** Modules that only a model with its own `sentence_embedding` output can have. */
  beyond: Tail['beyond']
  /** The steps between pooling and normalisation. */
  steps: Tail['steps']
  /** What had to be guessed. */
  notices: readonly string[]
}

export interface RerankerPlan {
  /** The most tokens of a query and a passage together, including special ones. */
  maxTokens: number
  /** Which of two logits means that the passage is relevant. */
  positiveLabel: number
}

/** The JSON files in a model's folder that describe its use; undefined for a missing one. */
export interface ModelFiles {
  config: JsonObject
  tokenizer: JsonObject
  tail: Tail
  pooling: JsonObject | undefined
  transformer: JsonObject | undefined
  sentences: JsonObject | undefined
}

/** @throws UsageError if a file is not JSON, or config.json or the tokenizer is missing */
export async function readModelFiles(folder: string): Promise<ModelFiles> {
  const listed = await readJson(folder, 'modules.json')
  const modules = listed === undefined ? undefined : modulesIn(listed)
  const pathOf = (kind: string) => modules?.find((module) => module.kind === kind)?.path
  const object = async (name: string) => {
    const value = await readJson(folder, name)
    if (value === undefined || isObject(value)) return value
    throw new UsageError(`${join(folder, name)}: expected an object`)
  }
  const needed = async (name: string) => {
    const value = await object(name)
    if (value !== undefined) return value
    throw new UsageError(`${folder} is not a loadable model: ${name} is missing`, {
      hint: 'hf: takes a model folder as on the Hugging Face hub, with config.json, tokenizer.json and an ONNX file.',
    })
  }
  const config = await needed('config.json')
  await needed('tokenizer.json')
  const poolingFolder = pathOf('Pooling') ?? (modules === undefined ? '1_Pooling' : undefined)
  return {
    config,
    tokenizer: (await object('tokenizer_config.json')) ?? {},
    tail: await readTail(folder, modules ?? []),
    pooling: poolingFolder === undefined ? undefined : await object(join(poolingFolder, 'config.json')),
    transformer:
      (await object('sentence_bert_config.json')) ??
      (await object(join(pathOf('Transformer') ?? '', 'sentence_bert_config.json'))),
    sentences: await object('config_sentence_transformers.json'),
  }
}

export function isReranker({ config }: ModelFiles): boolean {
  const architectures: unknown = config['architectures']
  return (
    Array.isArray(architectures) && architectures.some((name) => String(name).endsWith('ForSequenceClassification'))
  )
}

/** @throws UsageError with every unsupported setting and module */
export function encoderPlan(
  files: ModelFiles,
  settings: ModelSettings,
  name: string,
  task?: RetrievalTask,
): EncoderPlan {
  const { tail, pooling, transformer, sentences } = files
  const notices: string[] = []
  const configured = pooling === undefined ? undefined : poolingsIn(pooling, name)
  const poolings = settings.pooling === undefined ? (configured ?? ['mean' as const]) : [settings.pooling]
  if (settings.pooling === undefined && configured === undefined) {
    notices.push(`${name}: no pooling in its files: using the mean (?pooling=… for another)`)
  }
  const similarity = settings.normalize === undefined ? similarityIn(sentences, name) : undefined
  const saysHow = settings.normalize !== undefined || tail.endsNormalized || similarity !== undefined
  if (!saysHow) {
    notices.push(`${name}: no similarity in its files: using cosine (?normalize=false for inner products)`)
  }
  const prefixOf = (kind: TextKind, given: string | undefined) => {
    if (given !== undefined) return given
    const { text, byTask } = promptFor(sentences, kind, task)
    if (byTask !== undefined) notices.push(`${name}: its prompt ${JSON.stringify(byTask)} for each ${kind}`)
    return text
  }
  return {
    maxTokens: maxTokensOf(files, settings, name),
    poolings,
    normalize: settings.normalize ?? (tail.endsNormalized || similarity !== 'dot'),
    prefixes: {
      query: prefixOf('query', settings.queryPrefix),
      passage: prefixOf('passage', settings.passagePrefix),
    },
    lowerCase: transformer?.['do_lower_case'] === true,
    beyond: tail.beyond,
    steps: tail.steps,
    notices,
  }
}

/** @throws UsageError if the model has more labels than relevant and not relevant */
export function rerankerPlan(files: ModelFiles, settings: ModelSettings, name: string): RerankerPlan {
  const { id2label } = files.config
  const labels = isObject(id2label) ? Object.values(id2label).map(String) : []
  if (labels.length > 2) {
    throw new UsageError(
      `${name} is a classifier with ${labels.length} classes (${labels.slice(0, 5).join(', ')}), not a reranker`,
      {
        hint: 'A reranker has one label, or two: relevant or not.',
      },
    )
  }
  const named = labels.findIndex((label) => /^(relevant|positive|true|yes|1)$/i.test(label))
  return { maxTokens: maxTokensOf(files, settings, name), positiveLabel: named === -1 ? 1 : named }
}

function poolingsIn(pooling: JsonObject, name: string): Pooling[] | undefined {
  const { pooling_mode: mode } = pooling
  const given = (Array.isArray(mode) ? mode : [mode]).filter((each) => typeof each === 'string')
  const flagged = Object.keys(pooling).flatMap((key) => {
    const match = /^pooling_mode_(.+)$/.exec(key)
    return match && pooling[key] === true ? [match[1] as string] : []
  })
  const names =
    given.length > 0
      ? given
      : flagged.map((flag) => flag.replace(/_tokens?$/, '').replace(/^mean_sqrt_len$/, 'mean_sqrt_len_tokens'))
  const unknown = names.filter((each) => !POOLINGS.some((one) => one === each))
  if (unknown.length > 0) {
    throw new UsageError(`${name}: unknown pooling ${unknown.join(', ')} (known: ${POOLINGS.join(', ')})`)
  }
  if (pooling['include_prompt'] === false) {
    throw new UsageError(`${name}: pooling without the prefix (include_prompt false) is not supported`)
  }
  return names.length > 0 ? (names as Pooling[]) : undefined
}

function similarityIn(sentences: JsonObject | undefined, name: string): 'cosine' | 'dot' | undefined {
  const similarity = sentences?.['similarity_fn_name'] ?? undefined
  if (similarity === undefined || similarity === 'cosine' || similarity === 'dot') return similarity
  throw new UsageError(`${name}: it compares vectors by ${JSON.stringify(similarity)} (allowed: cosine, dot)`)
}

/** Models whose positions start after the padding position. */
const SHIFTED_POSITIONS = new Set(['roberta', 'xlm-roberta', 'camembert', 'mpnet', 'longformer'])

function maxTokensOf({ config, tokenizer, transformer }: ModelFiles, settings: ModelSettings, name: string): number {
  const positions = numberIn(config, 'max_position_embeddings')
  const shift = SHIFTED_POSITIONS.has(String(config['model_type'])) ? 2 : 0
  const ceiling = positions > 0 ? positions - shift : Infinity
  if (settings.maxTokens !== undefined && settings.maxTokens > ceiling) {
    throw new UsageError(
      `${name}: max-tokens ${settings.maxTokens}: allowed: up to ${ceiling}, its number of positions`,
    )
  }
  const asked =
    settings.maxTokens ?? Math.min(numberIn(transformer, 'max_seq_length'), numberIn(tokenizer, 'model_max_length'))
  const tokens = Math.min(asked, ceiling)
  return Number.isFinite(tokens) && tokens < 1e9 ? tokens : DEFAULT_TOKENS
}

/** For a model that states no limit at all. */
const DEFAULT_TOKENS = 512

function numberIn(file: JsonObject | undefined, key: string): number {
  const value = file?.[key]
  return typeof value === 'number' ? value : Infinity
}

// A transformer with a linear map after it, as a folder: the files of the transformer, which stay as they are, and modules that
// sentence-transformers and Winnow both read.
import { constants, copyFileSync, mkdirSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { TransformerFiles } from '../transformers/open.ts'
import type { LinearMap } from './linear-map.ts'
import { POOLING, TRANSFORMER, writeJson, writeMapModules, writeModules, type ModuleEntry } from './modules.ts'

/** Weights that Python loads. */
const PYTHON_WEIGHTS = /^(model|pytorch_model)(-\d+-of-\d+)?\.(safetensors|bin)(\.index\.json)?$/

/** Returns whether a transformer has weights for Python beside its ONNX file. */
export const hasPythonWeights = ({ folder }: TransformerFiles) =>
  readdirSync(folder.path).some((name) => PYTHON_WEIGHTS.test(name))

export function writeTransformerFolder(target: string, base: TransformerFiles, map: LinearMap): void {
  const { folder, plan, layers } = base
  for (const name of filesOf(base)) copy(join(folder.path, name), join(target, name))
  // What a user has set beside the folder's own files holds in the new folder, too.
  writeJson(join(target, '1_Pooling', 'config.json'), poolingConfig(base))
  writeJson(join(target, 'sentence_bert_config.json'), {
    max_seq_length: plan.maxTokens,
    do_lower_case: plan.lowerCase,
  })
  writeJson(join(target, 'config_sentence_transformers.json'), {
    model_type: 'SentenceTransformer',
    __version__: {},
    prompts: { query: plan.prefixes.query, document: plan.prefixes.passage },
    default_prompt_name: null,
    similarity_fn_name: 'cosine',
  })
  const first: ModuleEntry[] = [{ path: '', type: TRANSFORMER }, { path: '1_Pooling', type: POOLING }, ...layers]
  writeModules(target, [...first, ...writeMapModules(target, first.length, map)])
}

/** Returns the files to copy: weights, configuration, tokenizer, and the layers after the pooling. */
function filesOf({ folder, layers }: TransformerFiles): string[] {
  const { path, onnx, externalData } = folder
  const own = readdirSync(path, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map(({ name }) => name)
    .filter((name) => PYTHON_WEIGHTS.test(name) || /\.(json|txt|model)$/.test(name))
    .filter((name) => !REPLACED.has(name))
  const ofLayers = layers.flatMap((layer) =>
    readdirSync(join(path, layer.path), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name).slice(path.length).replace(/^\//, '')),
  )
  return [...new Set([...own, onnx, ...externalData, ...ofLayers])]
}

/** Files that are written anew, or say what is no longer so. */
const REPLACED = new Set([
  'modules.json',
  'manifest.json',
  'sentence_bert_config.json',
  'config_sentence_transformers.json',
])

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true })
  copyFileSync(from, to, constants.COPYFILE_FICLONE)
}

function poolingConfig({ plan, hidden }: TransformerFiles) {
  return {
    word_embedding_dimension: hidden,
    pooling_mode_cls_token: plan.poolings.includes('cls'),
    pooling_mode_mean_tokens: plan.poolings.includes('mean'),
    pooling_mode_max_tokens: plan.poolings.includes('max'),
    pooling_mode_mean_sqrt_len_tokens: plan.poolings.includes('mean_sqrt_len_tokens'),
    pooling_mode_weightedmean_tokens: plan.poolings.includes('weightedmean'),
    pooling_mode_lasttoken: plan.poolings.includes('lasttoken'),
    include_prompt: true,
  }
}

// A stand-in for @huggingface/transformers that WINNOW_TRANSFORMERS can name, and model folders for it: a tokenizer of words and a model
// with predictable numbers. Positions behind the mask hold 99, which reveals any code that reads padding.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The tokens that begin, separate and end texts. */
export const [BEGIN, END] = [1, 2]
/** Returns the id of a word: its length plus 10. */
export const idOf = (word: string) => 10 + word.length
/** Returns the model's state for a token. */
export const stateOf = (id: number): number[] => [id, id % 7, -1]

/** Writes the package. Each call of the model adds a line to `log`: texts, tokens. */
export function fakeTransformers(folder: string, log = join(folder, 'log')): string {
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ type: 'module', exports: { node: { import: { types: './x.d.ts', default: './index.js' } } } }),
  )
  writeFileSync(
    join(folder, 'index.js'),
    `import { appendFileSync, existsSync, readFileSync } from 'node:fs'
     import { join } from 'node:path'
     export const LogLevel = { ERROR: 40 }
     export const env = { logLevel: 30 }
     export class Tensor {
       constructor(type, data, dims) { Object.assign(this, { type, data, dims }) }
       to() { return this }
     }
     const ids = (text) => text.split(/\\s+/).filter(Boolean).map((word) => 10 + word.length)
     const tokenize = (text, { text_pair, add_special_tokens }) => {
       const [one, other] = [ids(text), text_pair === undefined ? [] : [...ids(text_pair), 2]]
       const all = add_special_tokens ? [1, ...one, 2, ...other] : one
       return { input_ids: all, token_type_ids: all.map((_, at) => Number(add_special_tokens && at > one.length + 1)) }
     }
     export const AutoTokenizer = { from_pretrained: async () => Object.assign(tokenize, { pad_token_id: 0 }) }
     export const AutoModel = {
       from_pretrained: async (folder, { subfolder, model_file_name }) => {
         const weights = readFileSync(join(folder, subfolder, model_file_name + '.onnx'), 'utf8')
         if (weights === 'broken') throw new Error('Protobuf parsing failed.')
         const { kind } = JSON.parse(weights)
         const model = async ({ input_ids, attention_mask, token_type_ids }) => {
           const [texts, width] = input_ids.dims
           appendFileSync(${JSON.stringify(log)}, texts + ' ' + width + '\\n')
           const at = (data, row, token) => Number(data[row * width + token])
           const rows = Array.from({ length: texts }, (_, row) => Array.from({ length: width }, (_, token) =>
             at(attention_mask.data, row, token) ? at(input_ids.data, row, token) : undefined))
           const states = rows.flat().flatMap((id) => id === undefined ? [99, 99, 99] : [kind === 'nan' ? NaN : id, id % 7, -1])
           const last_hidden_state = new Tensor('float32', Float32Array.from(states), [texts, width, 3])
           if (kind === 'states' || kind === 'nan') return { last_hidden_state }
           const lengths = rows.flatMap((row) => [row.filter((id) => id !== undefined).length, 1])
           const sentence_embedding = new Tensor('float32', Float32Array.from(lengths), [texts, 2])
           if (kind === 'whole') return { sentence_embedding }
           if (kind === 'both') return { last_hidden_state, sentence_embedding }
           // One logit: how many tokens the second text has; two: that and 1.
           const second = rows.map((_, row) => rows[row].filter((_, token) => at(token_type_ids.data, row, token) === 1).length)
           const data = kind === 'logit' ? second : second.flatMap((count) => [1, count])
           return { logits: new Tensor('float32', Float32Array.from(data), [texts, data.length / texts]) }
         }
         return Object.assign(model, { dispose: async () => appendFileSync(${JSON.stringify(log)}, 'dispose\\n') })
       },
     }`,
  )
  return folder
}

export type ModelKind = 'states' | 'whole' | 'both' | 'nan' | 'logit' | 'logits'

/** Writes a model's folder; `files` add to the default files or replace them. */
export function fakeModel(folder: string, kind: ModelKind, files: Record<string, unknown> = {}): string {
  const isReranker = kind.startsWith('logit')
  const all: Record<string, unknown> = {
    'config.json': {
      architectures: [isReranker ? 'BertForSequenceClassification' : 'BertModel'],
      max_position_embeddings: 32,
    },
    'tokenizer.json': {},
    'tokenizer_config.json': { model_max_length: 16 },
    'onnx/model.onnx': { kind },
    ...files,
  }
  for (const [name, contents] of Object.entries(all)) {
    if (contents === undefined) continue
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), typeof contents === 'string' ? contents : JSON.stringify(contents))
  }
  return folder
}

/** Returns the files of a sentence-transformers folder. */
export const sentenceFiles = (
  pooling: object,
  more: { normalize?: boolean; modules?: string[]; sentences?: object } = {},
) => ({
  'modules.json': [
    { idx: 0, path: '', type: 'sentence_transformers.models.Transformer' },
    { idx: 1, path: '1_Pooling', type: 'sentence_transformers.models.Pooling' },
    ...(more.modules ?? []).map((name, at) => ({
      idx: at + 2,
      path: `${at + 2}_${name}`,
      type: `sentence_transformers.models.${name}`,
    })),
    ...(more.normalize ? [{ idx: 9, path: '9_Normalize', type: 'sentence_transformers.models.Normalize' }] : []),
  ],
  '1_Pooling/config.json': pooling,
  'config_sentence_transformers.json': more.sentences ?? {},
})

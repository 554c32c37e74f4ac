// Settings of a model after a question mark, for when its own configuration is silent or wrong: ?query-prefix=query: &pooling=cls
import { urlDecoded } from '../base/strings.ts'
import { UsageError } from '../base/errors.ts'

/** How the vectors of a text's tokens are combined into one. */
export const POOLINGS = ['mean', 'cls', 'max', 'lasttoken', 'weightedmean', 'mean_sqrt_len_tokens'] as const
export type Pooling = (typeof POOLINGS)[number]

/** Precisions by their names in transformers.js, with the suffixes of their files. */
export const PRECISIONS = {
  fp32: '',
  fp16: '_fp16',
  q8: '_quantized',
  int8: '_int8',
  uint8: '_uint8',
  q4: '_q4',
  q4f16: '_q4f16',
  bnb4: '_bnb4',
} as const
export type Precision = keyof typeof PRECISIONS

/** An undefined setting is left to the model's own configuration or the server. */
export interface ModelSettings {
  queryPrefix?: string
  passagePrefix?: string
  pooling?: Pooling
  /** Whether vectors are normalised to length 1. */
  normalize?: boolean
  /** The most tokens of a text, or of a query and a passage together. */
  maxTokens?: number
  precision?: Precision
  /** The ONNX file, relative to the model's folder. */
  file?: string
  /** Length of the vectors, for servers that can shorten them. */
  dimensions?: number
}

interface Setting {
  key: keyof ModelSettings
  kinds: readonly ('hf' | 'torch' | 'static' | 'embeddings' | 'rerank')[]
  read(text: string): string | number | boolean
}

const asIs = (text: string) => text

const oneOf = (values: readonly string[]) => (text: string) => {
  if (values.includes(text)) return text
  throw new Error(`allowed: ${values.join(', ')}`)
}

const wholeNumber = (text: string) => {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new Error('allowed: a whole number of 1 or more')
}

const SETTINGS: Record<string, Setting> = {
  'query-prefix': { key: 'queryPrefix', kinds: ['hf', 'torch', 'static', 'embeddings'], read: asIs },
  'passage-prefix': { key: 'passagePrefix', kinds: ['hf', 'torch', 'static', 'embeddings'], read: asIs },
  pooling: { key: 'pooling', kinds: ['hf'], read: oneOf(POOLINGS) },
  normalize: {
    key: 'normalize',
    kinds: ['hf', 'torch', 'embeddings'],
    read: (text) => oneOf(['true', 'false'])(text) === 'true',
  },
  'max-tokens': { key: 'maxTokens', kinds: ['hf', 'torch'], read: wholeNumber },
  precision: { key: 'precision', kinds: ['hf'], read: oneOf(Object.keys(PRECISIONS)) },
  file: { key: 'file', kinds: ['hf'], read: asIs },
  dimensions: { key: 'dimensions', kinds: ['embeddings'], read: wholeNumber },
}

/** Extracts the settings from a model's name; anything else after the question mark belongs to the server's URL. */
export function takeSettings(text: string): { rest: string; pairs: [string, string][] } {
  const at = text.lastIndexOf('?')
  if (at === -1) return { rest: text, pairs: [] }
  const isServer = text.slice(0, at).includes('@http')
  const parts = text.slice(at + 1).split('&')
  const isSetting = (part: string) => !isServer || (part.split('=')[0] ?? '') in SETTINGS
  const others = parts.filter((part) => !isSetting(part))
  return {
    rest: others.length > 0 ? `${text.slice(0, at)}?${others.join('&')}` : text.slice(0, at),
    pairs: parts.filter(isSetting).map((part) => {
      const [name = '', ...value] = part.split('=')
      return [name, urlDecoded(value.join('='))]
    }),
  }
}

/** @throws UsageError with all errors at once */
export function readSettings(
  pairs: [string, string][],
  kind: Setting['kinds'][number] | 'map',
  shown: string,
): ModelSettings {
  const allowed = Object.keys(SETTINGS).filter((name) => SETTINGS[name]?.kinds.some((each) => each === kind))
  const faults: string[] = []
  const settings: Record<string, string | number | boolean> = {}
  for (const [name, value] of pairs) {
    const setting = allowed.includes(name) ? SETTINGS[name] : undefined
    if (setting === undefined) {
      faults.push(`${JSON.stringify(name)} is not a setting (allowed: ${allowed.join(', ') || 'none'})`)
      continue
    }
    try {
      settings[setting.key] = setting.read(value)
    } catch (error) {
      faults.push(`${name} ${JSON.stringify(value)}: ${(error as Error).message}`)
    }
  }
  if (faults.length > 0) throw new UsageError(`model ${shown}: ${faults.join('; ')}`)
  return settings
}

/** Writes the settings as they follow a name, in a fixed order; '' if there are none. */
export function settingsText(settings: ModelSettings): string {
  const parts = Object.entries(SETTINGS).flatMap(([name, { key }]) => {
    const value = settings[key]
    return value === undefined ? [] : [`${name}=${String(value).replace(/[%&?+#]/g, encodeURIComponent)}`]
  })
  return parts.length > 0 ? `?${parts.join('&')}` : ''
}

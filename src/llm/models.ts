// Turns a model as the user types it (MODEL, MODEL@BASE_URL, MODEL#TAG, gguf:PATH, local, replay:PATH) into one that can be asked.
import type { Environment } from '../base/cache.ts'
import { UsageError } from '../base/errors.ts'
import { parseHubModel } from '../hub/model-name.ts'
import { LOCAL_MODEL, openGguf } from './adapters/gguf/open.ts'
import type { DownloadConsent } from '../hub/consent.ts'
import { ReplayModel } from './adapters/replay.ts'
import type { AnsweredNames } from './answered-name.ts'
import type { ChatModel } from './chat.ts'
import { publicUrl, withoutLogin } from '../base/url.ts'
import { parsePrices, priceOf, type GivenPrices } from './prices.ts'

/** The parts of a model's name as the user typed it. */
export interface ModelName {
  kind: 'openai' | 'gguf' | 'replay'
  /** The model's name on its server; the path of recorded replies or of a GGUF file; `hf:OWNER/REPO:QUANT`. */
  name: string
  tag: string | undefined
  /** Its servers, divided by commas, with credentials if the user wrote some. */
  baseUrl: string | undefined
}

/** @throws UsageError naming the value and the allowed forms */
export function parseModelName(text: string): ModelName {
  const file = parseFileName(text)
  if (file) return file
  const match = /^(.+?)(?:@(https?:\/\/.*))?$/i.exec(text)
  const [name = '', tag] = splitTag(match?.[1] ?? '')
  if (name === '' || /\s/.test(text) || FILE_KINDS.some((kind) => text.startsWith(`${kind}:`))) {
    throw new UsageError(`model ${JSON.stringify(shown(text))}: allowed: ${ALLOWED}`)
  }
  const places = match?.[2] === undefined ? [] : placesIn(match[2])
  if (!places.every((place) => URL.canParse(place))) {
    const what = places.length > 1 ? 'not a list of URLs' : 'not a URL'
    throw new UsageError(`model ${JSON.stringify(shown(text))}: what follows the @ is ${what}`)
  }
  if (new Set(places).size < places.length) {
    throw new UsageError(`model ${JSON.stringify(shown(text))}: it names a server twice`)
  }
  if (isAddress(match?.[1] ?? '')) {
    throw new UsageError(`model ${JSON.stringify(shown(text))}: it looks like an address, not like a name`, {
      hint: 'Name the model and its server: MODEL@http://HOST:PORT/v1.',
    })
  }
  return { kind: 'openai', name, tag, baseUrl: match?.[2] }
}

/** The servers of a model. A comma within an address is part of it. */
const placesIn = (baseUrl: string): string[] => baseUrl.split(/,(?=https?:\/\/)/i)

/**
 * Whether a name is, or ends in, a place on a network: with a scheme, a port before a path, `localhost`, or `@HOST:…`, `@HOST/…`, `@a.b`.
 * `@cf/meta/llama`, `claude@20250514` and `qwen3:8b` are names.
 */
function isAddress(name: string): boolean {
  const place = name.slice(name.lastIndexOf('@') + 1)
  if (LOGIN.test(name) || name.includes('://') || /:\d+\//.test(place) || /^localhost(?:[:/]|$)/i.test(place))
    return true
  return name.lastIndexOf('@') > 0 && (/[:/[\]]/.test(place) || /^[\w-]+(?:\.[\w-]+)+$/.test(place))
}

/** A login before a host, as in `user:password@host`; in `qwen3:8b@20250514` a date follows. */
const LOGIN = /(?:^|@)[^@/\s]+:[^@/\s]+@(?![\d.-]+$)[^@]+$/

/** A name for messages, without any login in it. */
const shown = (text: string) => withoutLogin(text).replace(/(^|[@/])[^@/\s:]+:[^@/\s]+(?=@)/g, '$1…')

const FILE_KINDS = ['gguf', 'replay'] as const
const ALLOWED =
  'MODEL, MODEL@BASE_URL, MODEL@URL,URL,…, local, gguf:PATH, gguf:hf:OWNER/REPO:QUANT, replay:PATH, each also with #TAG'

/** Parses `gguf:…`, `replay:…` or `local`; undefined for anything else, and if the part after the colon is empty or incomplete. */
function parseFileName(text: string): ModelName | undefined {
  const [plain, localTag] = splitTag(text)
  if (plain === 'local') return { kind: 'gguf', name: LOCAL_MODEL, tag: localTag, baseUrl: undefined }
  const kind = FILE_KINDS.find((each) => text.startsWith(`${each}:`))
  if (kind === undefined) return undefined
  const [name, tag] = splitTag(text.slice(kind.length + 1))
  const isHalf = kind === 'gguf' && name.startsWith('hf:') && parseHubModel(name) === undefined
  return name === '' || isHalf ? undefined : { kind, name, tag, baseUrl: undefined }
}

function splitTag(text: string): [string, string | undefined] {
  const at = text.lastIndexOf('#')
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}

/** Whether a model stands behind an OpenAI-compatible server. */
export const isServed = (text: string): boolean => parseModelName(text).kind === 'openai'

/** Whether a model is a GGUF file, computed in this process. */
export const isGguf = (text: string): boolean => parseModelName(text).kind === 'gguf'

/** A model's name without credentials: for manifests, run settings and messages. */
export function publicModelName(text: string): string {
  const { kind, name, tag, baseUrl } = parseModelName(text)
  const tagged = tag === undefined ? name : `${name}#${tag}`
  if (kind !== 'openai') return `${kind}:${tagged}`
  return baseUrl === undefined ? tagged : `${tagged}@${placesIn(baseUrl).map(publicUrl).join(',')}`
}

/** Settings of a model that are no part of what it is asked. */
interface OpeningOptions {
  serviceTier?: string | undefined
  /** Processor threads of a GGUF model without a GPU. */
  threads?: number | undefined
  /** Receives a sentence when one of several servers stops to answer. */
  onNotice?: ((sentence: string) => void) | undefined
}

/**
 * Opens a model. A model opened only for inspection (`willSend` false) needs no key and downloads nothing.
 * @param consent decides about a model that must be downloaded; refused by default
 * @throws UsageError if no endpoint or key can be determined, or a file cannot be read or downloaded
 */
export async function openModel(
  text: string,
  prices: GivenPrices = parsePrices([]),
  env: Environment = process.env,
  willSend = true,
  consent: DownloadConsent = {},
  { serviceTier, threads, onNotice = () => undefined }: OpeningOptions = {},
): Promise<ChatModel> {
  const parsed = parseModelName(text)
  if (parsed.kind === 'gguf') return openGguf(parsed, env, willSend, consent, threads)
  if (parsed.kind === 'replay') return ReplayModel.open(parsed.name, parsed.tag)
  const { baseUrl } = parsed
  const places = baseUrl === undefined ? [undefined] : placesIn(baseUrl)
  const { answeredNames } = await import('./answered-name.ts')
  const names = answeredNames(parsed, onNotice)
  const open = (place: string | undefined) =>
    openServed({ ...parsed, baseUrl: place }, prices, willSend ? env : withKeys(env), { serviceTier, names })
  const [first, ...others] = await Promise.all(places.map(open))
  if (others.length === 0) return first as ChatModel
  const { pooledModel } = await import('./pooled-model.ts')
  return pooledModel([first as ChatModel, ...others], onNotice)
}

/** Opens a model on one server. */
async function openServed(
  parsed: ModelName,
  prices: GivenPrices,
  env: Environment,
  { serviceTier, names }: { serviceTier: string | undefined; names: AnsweredNames },
): Promise<ChatModel> {
  const { name, tag } = parsed
  const [{ connect }, { OpenAiModel }] = await Promise.all([import('./connection.ts'), import('./adapters/openai.ts')])
  const { server, endpoint, secrets, isDeployment = false } = connect(parsed, env)
  const identity = tag === undefined ? name : `${name}#${tag}`
  const price = await priceOf(name, prices, endpoint)
  const { isProvider } = await import('./list-prices.ts')
  const onName = (said: string) => names.look(said, { endpoint, isDeployment })
  const place = { name, identity, endpoint, server, secrets, price, serviceTier, onName }
  return new OpenAiModel({ ...place, isProvider: isProvider(endpoint) })
}

/** Returns the environment with placeholders for missing keys. */
function withKeys(env: Environment): Environment {
  if (env['AZURE_OPENAI_ENDPOINT']) return { AZURE_OPENAI_API_KEY: 'none', OPENAI_API_VERSION: 'none', ...env }
  return { OPENAI_API_KEY: 'none', ...env }
}

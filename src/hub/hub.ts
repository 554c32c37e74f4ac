// Finds the files of a quantisation in a repository of the Hugging Face hub.
import { messageOf, UsageError } from '../base/errors.ts'
import { isObject } from '../base/json.ts'

/** `hf:OWNER/REPO:QUANT`. */
export interface HubModel {
  /** `OWNER/REPO`. */
  repository: string
  /** As in file names, in any letter case: `Q4_K_M`. */
  quantisation: string
}

/** A file as listed by the hub. */
export interface HubFile {
  path: string
  /** In bytes. */
  size: number
  /** SHA-256 of its contents as hex; undefined for small files, which the hub stores differently. */
  sha256: string | undefined
}

/** The hub's address and the user's credentials. */
export interface Hub {
  url: string
  /** Sent to the hub, but never shown or stored. */
  token: string | undefined
}

/** @throws UsageError if HF_ENDPOINT is not a plain URL; it appears in messages and must not contain credentials */
export function hubFrom(env: Record<string, string | undefined>): Hub {
  const url = (env['HF_ENDPOINT'] || 'https://huggingface.co').replace(/\/+$/, '')
  const { username = 'none', password, search } = URL.parse(url) ?? {}
  if (username || password || search) {
    throw new UsageError('HF_ENDPOINT is not a plain URL: allowed: https://HOST, without login or query', {
      hint: 'A token goes into HF_TOKEN.',
    })
  }
  return { url, token: env['HF_TOKEN'] || undefined }
}

export function authorization({ token }: Hub): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` }
}

export function parseHubModel(name: string): HubModel | undefined {
  const match = /^hf:([\w.-]+\/[\w.-]+):([\w.-]+)$/.exec(name)
  const [, repository = '', quantisation = ''] = match ?? []
  const isPath = repository.split('/').some((part) => /^\.+$/.test(part))
  return match && !isPath ? { repository, quantisation } : undefined
}

/** @throws UsageError if the hub cannot be reached, or lacks the repository or the quantisation */
export async function findFiles(hub: Hub, model: HubModel, signal: AbortSignal): Promise<[HubFile, ...HubFile[]]> {
  const all = await listFiles(hub, model.repository, signal)
  const files = filesOf(all, model)
  const [first, ...others] = files
  if (first === undefined) {
    const there = [...new Set(all.map(({ path }) => quantisationIn(path)).filter((each) => each !== undefined))]
    throw new UsageError(`${model.repository} has no GGUF file of ${model.quantisation}`, {
      hint: there.length > 0 ? `Available: ${there.join(', ')}.` : 'It has no GGUF files.',
    })
  }
  return [first, ...others]
}

const PART = String.raw`(-\d{5}-of-\d{5})?\.gguf$`

/** Returns the only file of a quantisation, or all its parts in order. @throws UsageError if the name fits several models */
export function filesOf<F extends { path: string }>(files: readonly F[], { quantisation }: HubModel): F[] {
  const ending = new RegExp(String.raw`(^|[-./])${quantisation.replaceAll('.', String.raw`\.`)}${PART}`, 'i')
  const fitting = files.filter(({ path }) => ending.test(path) && !/(^|\/)mmproj/i.test(path))
  const models = new Set(fitting.map(({ path }) => path.replace(new RegExp(PART, 'i'), '')))
  if (models.size <= 1) return fitting.toSorted((one, other) => (one.path < other.path ? -1 : 1))
  throw new UsageError(`${quantisation} matches several models: ${[...models].join(', ')}`, {
    hint: 'Give more of the end of the name as QUANT.',
  })
}

function quantisationIn(path: string): string | undefined {
  return new RegExp(String.raw`(?:^|[-./])((?:UD-)?(?:[IT]?Q\d\w*|BF16|F16|F32|MXFP4\w*))${PART}`, 'i').exec(path)?.[1]
}

const MAX_PAGES = 100

/** Lists all files of a repository. @throws UsageError if the hub cannot be reached or lacks the repository */
export async function listFiles(hub: Hub, repository: string, signal: AbortSignal): Promise<HubFile[]> {
  const files: HubFile[] = []
  let next: string | undefined = `${hub.url}/api/models/${repository}/tree/main?recursive=true`
  for (let page = 0; next !== undefined && page < MAX_PAGES; page++) {
    const response = await askHub(hub, next, signal)
    if (!response.ok) throw refusal(hub, repository, response.status)
    const list: unknown = await response.json().catch(() => undefined)
    if (!Array.isArray(list)) throw new UsageError(`${hub.url} did not return a list of files`)
    files.push(...list.flatMap(hubFile))
    const link: string | undefined = /<([^>]+)>;\s*rel="next"/.exec(response.headers.get('link') ?? '')?.[1]
    next = link === undefined ? undefined : sameOrigin(link, next)
  }
  return files
}

/** Returns the next page if it is on the same host, because the token must not go anywhere else. */
function sameOrigin(link: string, from: string): string | undefined {
  const url = new URL(link, from)
  return url.origin === new URL(from).origin ? url.href : undefined
}

async function askHub(hub: Hub, url: string, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, { headers: authorization(hub), signal })
  } catch (error) {
    signal.throwIfAborted()
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
    throw new UsageError(`cannot reach ${hub.url}: ${messageOf(cause)}`, {
      hint: 'Download the file another way and use gguf:PATH.',
      cause: error,
    })
  }
}

/** Returns the error for an answer other than 200. */
export function refusal({ url, token }: Hub, what: string, status: number): UsageError {
  if (status === 401 || status === 403) {
    const hint =
      token === undefined
        ? 'It is private, gated or missing: set HF_TOKEN to a token with read access.'
        : 'The token in HF_TOKEN has no access, or the file does not exist.'
    return new UsageError(`${url} refuses ${what} (${status})`, { hint })
  }
  if (status === 404) return new UsageError(`${url} has no ${what} (404)`)
  return new UsageError(`${url} answered ${status} for ${what}`, { hint: 'Try again later.' })
}

function hubFile(item: unknown): HubFile[] {
  if (!isObject(item) || item['type'] !== 'file') return []
  const { path, size, lfs } = item
  if (typeof path !== 'string' || typeof size !== 'number' || path.split('/').includes('..')) return []
  const oid = isObject(lfs) ? lfs['oid'] : undefined
  const sha256 = typeof oid === 'string' && /^[0-9a-f]{64}$/.test(oid) ? oid : undefined
  return [{ path, size, sha256 }]
}

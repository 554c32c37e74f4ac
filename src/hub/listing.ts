// Lists the files of a repository on the Hugging Face hub.
import { UsageError } from '../base/errors.ts'
import { isObject } from '../base/json.ts'
import { apiUrl, type Hub, type Repository } from './address.ts'
import { askHub, refusal } from './ask.ts'

/** A file as listed by the hub. */
export interface HubFile {
  path: string
  /** In bytes. */
  size: number
  /** SHA-256 of its contents as hex; undefined for small files, which the hub stores in git. */
  sha256: string | undefined
  /** Git's SHA-1 of a small file as hex; undefined for others. */
  oid: string | undefined
}

const MAX_PAGES = 1000

/** Lists all files of a repository. @throws UsageError if the hub cannot be reached or lacks the repository */
export async function listFiles(
  hub: Hub,
  repository: Repository,
  signal: AbortSignal,
  hint?: string,
): Promise<HubFile[]> {
  const files: HubFile[] = []
  const { revision, name } = repository
  let next: string | undefined = apiUrl(hub, repository, `/tree/${encodeURIComponent(revision)}?recursive=true`)
  for (let page = 0; next !== undefined; page++) {
    if (page === MAX_PAGES)
      throw new UsageError(`${name} has too many files: its list has more than ${MAX_PAGES} pages`)
    const response = await askHub(hub, next, signal, hint === undefined ? {} : { hint })
    if (!response.ok) throw refusal(hub, repository, name, response)
    const list: unknown = await response.json().catch(() => undefined)
    if (!Array.isArray(list)) throw new UsageError(`${hub.url} did not return a list of files`)
    files.push(...list.flatMap(hubFile))
    const link: string | undefined = /<([^>]+)>;\s*rel="next"/.exec(response.headers.get('link') ?? '')?.[1]
    next = link === undefined ? undefined : sameOrigin(link, next)
  }
  return files
}

/** Returns the next page on the same host, because the token must not go anywhere else. A mirror may name the hub that it mirrors. */
function sameOrigin(link: string, from: string): string {
  const { pathname, search } = new URL(link, from)
  return new URL(pathname + search, from).href
}

function hubFile(item: unknown): HubFile[] {
  if (!isObject(item) || item['type'] !== 'file') return []
  const { path, size, lfs, oid } = item
  if (typeof path !== 'string' || typeof size !== 'number' || !isPlain(path)) return []
  const large = isObject(lfs) ? lfs['oid'] : undefined
  const sha256 = typeof large === 'string' && /^[0-9a-f]{64}$/.test(large) ? large : undefined
  const small = sha256 === undefined && typeof oid === 'string' && /^[0-9a-f]{40}$/.test(oid) ? oid : undefined
  return [{ path, size, sha256, oid: small }]
}

/** Whether a path stays in the folder that it is joined to. */
const isPlain = (path: string) =>
  !path.startsWith('/') && !path.includes('\\') && !path.split('/').some((part) => part === '..' || part === '')

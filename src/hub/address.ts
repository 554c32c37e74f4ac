// The hub's address, the user's credentials and settings, and where a repository is on it.
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Environment } from '../base/cache.ts'
import { UsageError } from '../base/errors.ts'

/** The hub's address and the user's credentials. */
export interface Hub {
  url: string
  /** Sent to the hub, but never shown or stored. */
  token: string | undefined
  /** Where the token comes from, for messages. */
  tokenSource: string
  /** Whether nothing may be asked of the hub. */
  isOffline: boolean
  /** Receives a sentence if the hub makes us wait. */
  onNotice?: ((sentence: string) => void) | undefined
}

/** A repository of the hub at a revision. */
export interface Repository {
  kind: 'models' | 'datasets'
  /** `OWNER/REPO`. */
  name: string
  /** A branch, a tag or a commit. */
  revision: string
}

/** The variable that holds the token, unless the user names another. */
const TOKEN_VARIABLE = 'HF_TOKEN'

/**
 * @param tokenVariable another variable that holds the token
 * @throws UsageError if HF_ENDPOINT is not a plain URL; it appears in messages and must not contain credentials
 */
export function hubFrom(env: Environment, tokenVariable = TOKEN_VARIABLE): Hub {
  const url = (env['HF_ENDPOINT'] || 'https://huggingface.co').replace(/\/+$/, '')
  const { username = 'none', password, search } = URL.parse(url) ?? {}
  if (username || password || search) {
    throw new UsageError('HF_ENDPOINT is not a plain URL: allowed: https://HOST, without login or query', {
      hint: 'A token goes into HF_TOKEN.',
    })
  }
  const isOffline = /^(1|on|yes|true)$/i.test(env['HF_HUB_OFFLINE'] ?? '')
  const given = env[tokenVariable]?.trim()
  if (given) return { url, token: given, tokenSource: tokenVariable, isOffline }
  if (tokenVariable !== TOKEN_VARIABLE) return { url, token: undefined, tokenSource: tokenVariable, isOffline }
  return { url, token: storedToken(env), tokenSource: 'the file that `hf auth login` wrote', isOffline }
}

/** Returns the token that `hf auth login` stored. */
function storedToken(env: Environment): string | undefined {
  try {
    return readFileSync(env['HF_TOKEN_PATH'] || join(homeOfHub(env), 'token'), 'utf8').trim() || undefined
  } catch {
    return undefined
  }
}

const homeOfHub = (env: Environment) =>
  env['HF_HOME'] || join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'huggingface')

/** Returns the folder in which Python's libraries keep what they downloaded. */
export const hubCache = (env: Environment) => env['HF_HUB_CACHE'] || join(homeOfHub(env), 'hub')

export function authorization({ token }: Hub): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` }
}

const encoded = (path: string) => path.split('/').map(encodeURIComponent).join('/')

/** Returns the address of a repository for programs, followed by `rest`. */
export const apiUrl = ({ url }: Hub, { kind, name }: Omit<Repository, 'revision'>, rest = '') =>
  `${url}/api/${kind}/${name}${rest}`

/** Returns the address of a repository for people. */
export const pageUrl = ({ url }: Hub, { kind, name }: Omit<Repository, 'revision'>) =>
  kind === 'models' ? `${url}/${name}` : `${url}/${kind}/${name}`

/** Returns the address of a file's contents. */
export const fileUrl = (hub: Hub, repository: Repository, path: string) =>
  `${pageUrl(hub, repository)}/resolve/${encodeURIComponent(repository.revision)}/${encoded(path)}`

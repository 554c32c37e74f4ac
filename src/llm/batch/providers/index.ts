// Opens a batch provider by its name, with a key from the environment.
import type { Environment } from '../../../base/cache.ts'
import { UsageError } from '../../../base/errors.ts'
import { withoutLogin } from '../../../base/url.ts'
import { connect } from '../../connection.ts'
import type { BatchProvider } from '../provider.ts'
import type { Api } from './api.ts'
import { AZURE } from './azure.ts'
import { openAiBatches } from './openai.ts'
import { PLACES, type Place } from './places.ts'

export interface OpenedProvider {
  provider: BatchProvider
  /** The environment in which models without an address are the provider's, asked online by OpenAI's protocol. */
  env: Environment
  /** Where those are, without credentials. */
  online: string
}

/** The names of providers, as in `--batch NAME`. */
const BATCH_PROVIDERS: readonly string[] = [...Object.keys(PLACES), 'azure'].toSorted()

/**
 * Opens a provider by its name.
 * @param willSend one that is opened only for its prices needs no key
 * @throws UsageError for a name that is none, a key that is not set, or a base URL that is none
 */
export function openProvider(name: string, given: Environment = process.env, willSend = true): OpenedProvider {
  const env = willSend ? given : { ...AZURE_NOWHERE, ...given }
  if (name === 'azure') return openAzure(env)
  const place = Object.hasOwn(PLACES, name) ? PLACES[name] : undefined
  if (place === undefined) {
    throw new UsageError(`--batch ${JSON.stringify(withoutLogin(name))}: no such provider`, {
      hint: `Allowed: ${BATCH_PROVIDERS.join(', ')}, files:DIR.`,
    })
  }
  const key = place.keys.map((variable) => env[variable]?.trim()).find(Boolean) ?? (willSend ? undefined : 'none')
  if (key === undefined) throw new UsageError(`--batch ${name}: no key`, { hint: `Set ${place.keys.join(' or ')}.` })
  return openAt(name, place, key, env)
}

/** Settings of an Azure that is never asked. */
const AZURE_NOWHERE: Environment = {
  AZURE_OPENAI_ENDPOINT: 'https://azure.invalid',
  AZURE_OPENAI_API_KEY: 'none',
  OPENAI_API_VERSION: 'v1',
}

function openAt(name: string, place: Place, key: string, env: Environment): OpenedProvider {
  const url = urlIn(place.url, env[place.url]?.trim() || place.base)
  const path = url.pathname.replace(/\/+$/, '')
  const root = path.endsWith(place.version) ? path : path + place.version
  url.pathname = root + place.online
  const own = {
    ...env,
    AZURE_OPENAI_ENDPOINT: undefined,
    OPENAI_BASE_URL: url.href,
    OPENAI_API_KEY: key,
    ...(!place.isOpenAi && {
      OPENAI_ORG_ID: undefined,
      OPENAI_PROJECT_ID: undefined,
      OPENAI_CUSTOM_HEADERS: undefined,
    }),
  }
  const { server, secrets, endpoint: online } = connect({ name, baseUrl: undefined }, own)
  const { authorization = '', ...others } = server.headers
  // A login in the base URL is that of a gateway.
  const headers = { ...others, ...place.headers(key), ...(url.username !== '' && { authorization }) }
  const base = url.origin + root
  const api: Api = {
    endpoint: base,
    secrets,
    server: { base, search: server.search, headers },
    key: place.keys[0],
    settleMs: settleIn(env),
  }
  return { provider: place.open(api), env: own, online }
}

function openAzure(env: Environment): OpenedProvider {
  const { AZURE_OPENAI_ENDPOINT: azure, OPENAI_API_VERSION: version = '' } = env
  if (!azure) {
    throw new UsageError('--batch azure: no endpoint', {
      hint: 'Set AZURE_OPENAI_ENDPOINT, AZURE_OPENAI_API_KEY and OPENAI_API_VERSION.',
    })
  }
  const own = { ...env, OPENAI_API_KEY: undefined, OPENAI_BASE_URL: undefined }
  const { server, endpoint, secrets } = connect({ name: '--batch azure', baseUrl: undefined }, own)
  // Jobs stand beside the deployments. The newest form of the API has its version in the path.
  const isInPath = version === 'v1'
  const base = `${endpoint}/openai${isInPath ? '/v1' : ''}`
  const api: Api = {
    endpoint,
    secrets,
    server: { ...server, base, search: isInPath ? '' : server.search },
    key: 'AZURE_OPENAI_API_KEY',
    settleMs: settleIn(env),
  }
  return { provider: openAiBatches(api, AZURE), env: own, online: endpoint }
}

function urlIn(variable: string, text: string): URL {
  const url = /^https?:/i.test(text) ? URL.parse(text) : null
  if (url === null) throw new UsageError(`${variable} is not a URL: ${JSON.stringify(withoutLogin(text))}`)
  return url
}

const SETTLE_SECONDS = 30

/** How long a list of jobs may lag, in milliseconds: WINNOW_BATCH_SETTLE, in seconds. */
function settleIn(env: Environment): number {
  const text = env['WINNOW_BATCH_SETTLE']?.trim()
  const seconds = text ? Number(text) : SETTLE_SECONDS
  if (!Number.isFinite(seconds) || seconds < 0) {
    throw new UsageError(`WINNOW_BATCH_SETTLE is ${JSON.stringify(text)}: allowed: seconds from 0`)
  }
  return seconds * 1000
}

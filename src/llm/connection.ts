// Where a server is and how it knows the user: from a base URL and the environment to a client, with the texts that no message may hold.
import { AzureOpenAI, OpenAI } from 'openai'
import type { Environment } from '../base/cache.ts'
import { UsageError, messageOf } from '../base/errors.ts'
import { publicUrl, withoutLogin } from '../base/url.ts'
import { clientSettings } from './adapters/openai.ts'
import type { ModelName } from './models.ts'

/** A client of one server, and what must not be said of it. */
interface Connection {
  client: OpenAI
  /** Base URL without credentials. */
  endpoint: string
  /** Texts that must never appear in a message. */
  secrets: string[]
}

const OPENAI_URL = 'https://api.openai.com/v1'

/**
 * Where a model of a server is asked: its own base URL, else what the environment says.
 * @throws UsageError when no endpoint or key can be told
 */
export function connect({ name, baseUrl }: Pick<ModelName, 'name' | 'baseUrl'>, env: Environment): Connection {
  const azure = env['AZURE_OPENAI_ENDPOINT']
  const url = baseUrl ?? env['OPENAI_BASE_URL']
  if (url) return connectTo(name, url, env['OPENAI_API_KEY'])
  if (azure && env['OPENAI_API_KEY']) {
    throw new UsageError(
      `${name}: both OPENAI_API_KEY and AZURE_OPENAI_ENDPOINT are set, so where to ask is not certain`,
      {
        hint: `Unset one of them, or write ${name}@${OPENAI_URL}.`,
      },
    )
  }
  return azure ? connectToAzure(name, azure, env) : connectTo(name, OPENAI_URL, env['OPENAI_API_KEY'])
}

function connectTo(model: string, baseUrl: string, key: string | undefined): Connection {
  if (!URL.canParse(baseUrl))
    throw new UsageError(`OPENAI_BASE_URL is not a URL: ${JSON.stringify(withoutLogin(baseUrl))}`)
  const endpoint = publicUrl(baseUrl)
  if (endpoint === OPENAI_URL && !key) {
    throw new UsageError(`${model}: no key for ${endpoint}`, {
      hint: `Set OPENAI_API_KEY, or name a server of your own: ${model}@http://HOST:PORT/v1.`,
    })
  }
  const { username, password, searchParams } = new URL(baseUrl)
  const login = `${decoded(username)}:${decoded(password)}`
  const basic = Buffer.from(login).toString('base64')
  const client = new OpenAI({
    ...clientSettings(),
    baseURL: endpoint,
    apiKey: key ?? 'none',
    ...(username !== '' && { defaultHeaders: { Authorization: `Basic ${basic}` } }),
    ...(searchParams.size > 0 && { defaultQuery: Object.fromEntries(searchParams) }),
  })
  const secrets = [key ?? '', decoded(password), password, username && basic, ...searchParams.values()]
  return { client, endpoint, secrets: secrets.filter((secret) => secret !== '') }
}

function connectToAzure(model: string, azure: string, env: Environment): Connection {
  const apiKey = env['AZURE_OPENAI_API_KEY']
  const apiVersion = env['OPENAI_API_VERSION']
  if (!apiKey || !apiVersion) {
    throw new UsageError(
      `${model}: Azure needs ${apiKey ? 'OPENAI_API_VERSION' : 'AZURE_OPENAI_API_KEY'}, which is not set`,
    )
  }
  try {
    const client = new AzureOpenAI({ ...clientSettings(), endpoint: azure, apiKey, apiVersion, deployment: model })
    return { client, endpoint: publicUrl(azure), secrets: [apiKey] }
  } catch (error) {
    throw new UsageError(`${model}: AZURE_OPENAI_ENDPOINT cannot be used: ${messageOf(error)}`, { cause: error })
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

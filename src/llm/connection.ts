// Finds a server and its credentials from a base URL and the environment: what is sent with every call, and which texts must never appear
// in messages.
import { urlDecoded } from '../base/strings.ts'
import type { Environment } from '../base/cache.ts'
import { UsageError } from '../base/errors.ts'
import { publicUrl, withoutLogin } from '../base/url.ts'
import type { Server } from './adapters/post.ts'

/** One server, and the texts that messages must not show. */
interface Connection {
  server: Server
  /** Base URL without credentials. */
  endpoint: string
  /** Texts that must never appear in a message. */
  secrets: string[]
  /** Whether the name of the model is that of a deployment, which is free. */
  isDeployment?: true
}

/** A model on a server, as the user named it. */
interface ServedModel {
  name: string
  /** With credentials if the user wrote some. */
  baseUrl: string | undefined
}

const OPENAI_URL = 'https://api.openai.com/v1'

/**
 * Finds the server of a model: its own base URL, or else the one from the environment.
 * @throws UsageError if no endpoint or key can be determined
 */
export function connect({ name, baseUrl }: ServedModel, env: Environment): Connection {
  const azure = env['AZURE_OPENAI_ENDPOINT']
  const url = baseUrl ?? env['OPENAI_BASE_URL']
  if (url) return connectTo(name, url, env)
  if (azure && env['OPENAI_API_KEY']) {
    throw new UsageError(
      `${name}: both OPENAI_API_KEY and AZURE_OPENAI_ENDPOINT are set, so the endpoint is ambiguous`,
      {
        hint: `Unset one of them, or use ${name}@${OPENAI_URL}.`,
      },
    )
  }
  return azure ? connectToAzure(name, azure, env) : connectTo(name, OPENAI_URL, env)
}

function connectTo(model: string, baseUrl: string, env: Environment): Connection {
  if (!isWebAddress(baseUrl))
    throw new UsageError(`OPENAI_BASE_URL is not a URL: ${JSON.stringify(withoutLogin(baseUrl))}`)
  const endpoint = publicUrl(baseUrl)
  const key = env['OPENAI_API_KEY']?.trim()
  if (endpoint === OPENAI_URL && !key) {
    throw new UsageError(`${model}: no key for ${endpoint}`, {
      hint: `Set OPENAI_API_KEY, or use your own server: ${model}@http://HOST:PORT/v1.`,
    })
  }
  const { username, password, search, searchParams } = new URL(baseUrl)
  const basic = username && Buffer.from(`${urlDecoded(username)}:${urlDecoded(password)}`).toString('base64')
  const more = moreHeaders(env)
  const headers = {
    authorization: `Bearer ${key || 'none'}`,
    ...more,
    ...(basic && { authorization: `Basic ${basic}` }),
  }
  const secrets = [key ?? '', urlDecoded(password), password, basic, ...searchParams.values(), ...secretsIn(more)]
  return { server: { base: endpoint, search, headers }, endpoint, secrets: secrets.filter((secret) => secret !== '') }
}

/** Connects to Azure, where the model is the name of the deployment. */
function connectToAzure(model: string, azure: string, env: Environment): Connection {
  const key = env['AZURE_OPENAI_API_KEY']?.trim()
  const version = env['OPENAI_API_VERSION']
  if (!key || !version) {
    throw new UsageError(
      `${model}: Azure needs ${key ? 'OPENAI_API_VERSION' : 'AZURE_OPENAI_API_KEY'}, which is not set`,
    )
  }
  if (!isWebAddress(azure))
    throw new UsageError(`${model}: AZURE_OPENAI_ENDPOINT is not a URL: ${JSON.stringify(withoutLogin(azure))}`)
  const endpoint = publicUrl(azure)
  const more = moreHeaders(env)
  const server = {
    base: `${endpoint}/openai/deployments/${encodeURIComponent(model)}`,
    search: `?${new URLSearchParams({ 'api-version': version })}`,
    headers: { 'api-key': key, ...more },
  }
  return { server, endpoint, secrets: [key, ...secretsIn(more)], isDeployment: true }
}

/** Returns the headers that OpenAI's own clients take from the environment: the account to bill, and `NAME: VALUE` lines for a gateway. */
function moreHeaders(env: Environment): Record<string, string> {
  const { OPENAI_ORG_ID: organization, OPENAI_PROJECT_ID: project, OPENAI_CUSTOM_HEADERS: lines = '' } = env
  const custom = [...lines.matchAll(/^\s*([^:\s]+)\s*:(.*)$/gm)]
  return {
    ...(organization && { 'openai-organization': organization }),
    ...(project && { 'openai-project': project }),
    ...Object.fromEntries(custom.map(([, name = '', value = '']) => [name.toLowerCase(), value.trim()])),
  }
}

/** Returns the values to hide. Shorter values, such as a version, are not secret and may appear in messages. */
const secretsIn = (headers: Record<string, string>): string[] =>
  Object.values(headers).filter(({ length }) => length >= 8)

const isWebAddress = (text: string): boolean => /^https?:/i.test(text) && URL.canParse(text)

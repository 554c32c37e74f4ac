// Decides what an error of an OpenAI-compatible server means for the call: retry, give up, split the request, or stop the run.
import { shortened } from '../../base/strings.ts'
import { messageOf } from '../../base/errors.ts'
import { isObject } from '../../base/json.ts'
import { CallError, type CallErrorDetails } from '../errors.ts'
import { HttpError, MOST_BYTES, UnsentError } from './post.ts'
import { retryAfterIn } from './rate-limits.ts'

interface FailedRequest {
  name: string
  endpoint: string
  secrets: string[]
  /** The variable of the environment with its key. Default: that of OpenAI or Azure. */
  key?: string
}

const TOO_LONG_TEXT =
  /context.?(length|window|size)|maximum context|too many (input )?tokens|(prompt|input|request) (is )?too (long|large)|exceeds? the (model'?s )?(maximum|available) (context|number of tokens)/i
const FILTERED_TEXT = /content.?filter|content management policy|ResponsibleAIPolicyViolation/i
const NO_HOST = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** The error code for an answer that claims to be JSON but is HTML. */
export const WEB_PAGE = 'web-page'

/** A gateway gave up on a server that may have done the work all the same. */
const LOST_ON_THE_WAY = new Set([408, 502, 504, 520, 524])

/** Codes for an answer that is too large, as received and after decompression. */
const TOO_LARGE = new Set(['UND_ERR_RES_EXCEEDED_MAX_SIZE', 'ERR_BUFFER_TOO_LARGE'])

const HEADER_HINT = 'Check the key for characters that are not allowed in a header.'
const NO_HOST_HINT = 'Check that the server is up and the base URL is right (MODEL@BASE_URL or OPENAI_BASE_URL).'

/** Converts whatever `post` threw into a CallError. Its message names the endpoint and model and holds no secret. */
export function callErrorFrom(error: unknown, asked: FailedRequest): CallError {
  if (error instanceof CallError) return error
  return error instanceof HttpError ? fromStatus(error, asked) : fromConnection(error, asked)
}

function fromConnection(error: unknown, { endpoint, secrets }: FailedRequest): CallError {
  const chain = causesOf(error)
  const code = chain.map((each) => each['code']).find((value): value is string => typeof value === 'string') ?? ''
  if (NO_HOST.has(code))
    return new CallError('unreachable', `cannot reach ${endpoint} (${code})`, { remedy: 'retry', hint: NO_HOST_HINT })
  const words = cleanLine(String(chain.at(-1)?.['message'] ?? messageOf(error)), secrets)
  if (code === 'UND_ERR_INVALID_ARG')
    return new CallError('not-sendable', `${endpoint} cannot be asked: ${words}`, { remedy: 'stop', hint: HEADER_HINT })
  if (TOO_LARGE.has(code)) {
    const message = `${endpoint} answered with more than ${MOST_BYTES / 2 ** 20} MiB`
    return new CallError('too-large', message, { remedy: 'give-up', maybeBilled: true })
  }
  const isParsing = error instanceof SyntaxError
  if (isParsing && error.message.startsWith("Unexpected token '<'")) {
    return new CallError(WEB_PAGE, `${endpoint} returned a web page instead of JSON`, {
      remedy: 'retry',
      maybeBilled: true,
      hint: NO_HOST_HINT,
    })
  }
  if (error instanceof UnsentError) {
    const overload = code === 'EMFILE' || code === 'ENFILE'
    return new CallError('not-sent', `cannot connect to ${endpoint} (${code || words})`, { remedy: 'retry', overload })
  }
  const what = isParsing ? 'answered with broken JSON' : 'dropped the connection'
  return new CallError(isParsing ? 'not-json' : 'dropped', `${endpoint} ${what} (${code || words})`, {
    remedy: 'retry',
    maybeBilled: true,
  })
}

/** Returns an error and its causes, outermost first. */
function causesOf(error: unknown): Record<string, unknown>[] {
  const chain: Record<string, unknown>[] = []
  for (let at: unknown = error; isErrorLike(at) && chain.length < 8; at = at['cause']) chain.push(at)
  return chain
}

const isErrorLike = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

function fromStatus(error: HttpError, asked: FailedRequest): CallError {
  const { status } = error
  const said = cleanLine(serverWords(error), asked.secrets)
  const where = `${asked.endpoint} answered ${status} for ${asked.name}: ${said}`
  const make = (code: string, details: CallErrorDetails) =>
    new CallError(code, where, { status, cause: undefined, ...details })

  const code = error.field('code') ?? error.field('type') ?? ''
  const moved = status < 400 ? placeIn(error.headers['location'], asked.endpoint) : undefined
  if (moved !== undefined) return make('moved', { remedy: 'stop', hint: `It has moved: use ${moved} instead.` })
  if (status === 401 || status === 403) {
    return make('refused-key', {
      remedy: 'stop',
      hint: `Set the key for ${asked.endpoint}: ${asked.key ?? keyVariable(asked.endpoint)}.`,
    })
  }
  if (status === 404) {
    const hint = `Check that the server has the model "${asked.name}" and that the base URL is complete; most end in /v1.`
    return make('unknown-model', { remedy: 'stop', hint })
  }
  if (status === 402 || /insufficient_quota|billing|exceeded your current quota/i.test(`${code} ${said}`)) {
    return make('no-quota', {
      remedy: 'stop',
      hint: 'The account of this key has no credit left: add credit, or use another endpoint.',
    })
  }
  // llama.cpp answers like this if an embedding's input is too long.
  if (status === 500 && /too large to process/i.test(said)) return make('too-long', { remedy: 'split' })
  if (status === 429 || status === 408 || status === 409 || status >= 500) {
    const retryAfterMs = retryAfterIn(error.headers)
    const overload = status === 429 || status === 503 || status === 529
    const maybeBilled = LOST_ON_THE_WAY.has(status)
    return make(`http-${status}`, {
      remedy: 'retry',
      overload,
      maybeBilled,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    })
  }
  if (status === 413 || code === 'context_length_exceeded' || TOO_LONG_TEXT.test(said))
    return make('too-long', { remedy: 'split' })
  if (FILTERED_TEXT.test(`${code} ${said}`)) return make('filtered', { remedy: 'give-up' })
  if (FORMS.some((name) => name === refusedParameter(error))) {
    return make('refused-form', { remedy: 'stop', hint: 'Use another --constrain, or --constrain off.' })
  }
  if (/model_not_found|model .* (does not exist|not found)/i.test(`${code} ${said}`)) {
    return make('unknown-model', { remedy: 'stop', hint: `Check that the server has the model "${asked.name}".` })
  }
  return make(`http-${status}`, { remedy: 'give-up' })
}

/** Returns the target of a redirect without credentials and query. */
function placeIn(location: string | string[] | undefined, from: string): string | undefined {
  const url = typeof location === 'string' ? URL.parse(location, from) : null
  return url ? url.origin + url.pathname : undefined
}

function serverWords(error: HttpError): string {
  const { body } = error
  if (isObject(body)) {
    const inner = isObject(body['innererror']) ? textIn(body['innererror'], 'code') : ''
    return [textIn(body, 'message') || JSON.stringify(body), inner].filter(Boolean).join(' ')
  }
  return typeof body === 'string' ? body : error.message
}

const textIn = (value: Record<string, unknown>, key: string) => (typeof value[key] === 'string' ? value[key] : '')

function keyVariable(endpoint: string): string {
  return endpoint.includes('azure') ? 'AZURE_OPENAI_API_KEY' : 'OPENAI_API_KEY'
}

/** Shorter texts are no secrets worth the name, and stand in many a reply. */
const SHORTEST_SECRET = 8

/** Returns a reply in which a server or a model repeats the credentials of its caller without them. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .filter(({ length }) => length >= SHORTEST_SECRET)
    .reduce((masked, secret) => masked.replaceAll(secret, '[key]'), text)
}

/** A page's words may come after much mark-up; more takes too long. */
const MOST_LOOKED_AT = 8192

const masked = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((left, secret) => (secret === '' ? left : left.replaceAll(secret, '[key]')), text)

/** Returns one short line without mark-up and without secrets. */
export function cleanLine(text: string, secrets: string[]): string {
  // Masked before it is cut, so that no part of a secret is left, and again without the mark-up, which may have stood in one.
  const shown = masked(text, secrets).slice(0, MOST_LOOKED_AT)
  const bare = shown.replace(/<(script|style)[\s\S]*?<\/\1>/gi, ' ').replace(/<[^<>]*>/g, ' ')
  const line = masked(bare, secrets)
    .replace(/\b(sk|key|Bearer)[-_ ][\w*.-]{8,}/gi, '[key]')
    .replace(/\s+/g, ' ')
    .trim()
  return shortened(line, 240)
}

/** Parameters that constrain the format of a reply. A server may support none of them. */
const FORMS = ['response_format', 'structured_outputs', 'guided_regex', 'grammar'] as const
const PARAMETERS = ['temperature', 'max_completion_tokens', 'max_tokens', 'chat_template_kwargs', ...FORMS] as const
type Parameter = (typeof PARAMETERS)[number]

/** Returns our parameter that a 400 or 422 refuses by name; undefined for any other error. */
export function refusedParameter(error: unknown): Parameter | undefined {
  if (!(error instanceof HttpError) || (error.status !== 400 && error.status !== 422)) return undefined
  const said = serverWords(error)
  const isRefusal =
    /unsupported|not support|unrecognized|unknown|not permitted|extra (fields|inputs)|only the default|deprecated/i.test(
      `${error.field('code') ?? ''} ${said}`,
    )
  if (!isRefusal) return undefined
  return (
    PARAMETERS.find((name) => error.field('param') === name) ?? PARAMETERS.find((name) => firstQuoted(said) === name)
  )
}

const firstQuoted = (text: string) => /['"`]([a-z_]+)['"`]/.exec(text)?.[1]

// Requests and replies in the form of Anthropic's Messages API.
import { isObject, type JsonObject } from '../../../base/json.ts'
import { withoutSecrets } from '../../adapters/openai-errors.ts'
import type { ChatReply, Usage } from '../../chat.ts'
import type { BatchRequest } from '../provider.ts'
import { numberAt, objectsAt, textAt } from './api.ts'
import { refusedForm } from './completions.ts'

/** Returns the parameters of a message. @throws UsageError for a form of replies other than a JSON schema */
export function messageParams({ request, model, body }: BatchRequest): JsonObject {
  const { messages, maxTokens, temperature, format, think, effort, extra } = request
  if (format !== undefined && !('json' in format)) throw refusedForm('anthropic', 'a JSON schema only', 'json')
  const system = messages.flatMap(({ role, content }) => (role === 'system' ? [content] : []))
  const output = {
    ...(effort && { effort }),
    ...(format && { format: { type: 'json_schema', schema: keptSchema(format.json) } }),
  }
  return {
    model,
    max_tokens: maxTokens,
    ...(system.length > 0 && { system: system.join('\n\n') }),
    messages: messages.filter(({ role }) => role !== 'system'),
    // What was refused online is not in the body either.
    ...('temperature' in body && takesTemperature(model) && { temperature: Math.min(1, temperature) }),
    ...(think === false && { thinking: { type: 'disabled' } }),
    ...(Object.keys(output).length > 0 && { output_config: output }),
    ...extra,
  }
}

/** Models from 4.7 on answer 400 to any temperature. */
function takesTemperature(model: string): boolean {
  const match = /claude-[a-z]+-(\d{1,2})(?!\d)(?:[-.](\d{1,2})(?!\d))?/.exec(model)
  if (match === null) return true
  const [major, minor] = [Number(match[1]), Number(match[2] ?? 0)]
  return major < 4 || (major === 4 && minor < 7)
}

/** Keywords that Anthropic's schemas refuse; replies are looked at for them all the same. */
const REFUSED = new Set([
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'maxItems',
  'uniqueItems',
])

/** Returns a JSON schema without the keywords that are refused. */
function keptSchema(schema: object): JsonObject {
  const kept = Object.entries(schema).flatMap(([key, value]): [string, unknown][] => {
    if (REFUSED.has(key) || (key === 'minItems' && Number(value) > 1)) return []
    if (key === 'properties' || key === '$defs') return [[key, eachKept(value)]]
    return [[key, keptValue(value)]]
  })
  return Object.fromEntries(kept)
}

const eachKept = (schemas: unknown) =>
  isObject(schemas)
    ? Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, keptValue(schema)]))
    : schemas

function keptValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(keptValue)
  return isObject(value) ? keptSchema(value) : value
}

/** As other APIs say the same. */
const FINISH: Record<string, string> = { refusal: 'content_filter', model_context_window_exceeded: 'length' }

/** Reads a message without trusting its shape; undefined if it is none. */
export function messageReply(message: unknown, secrets: string[]): ChatReply | undefined {
  if (!isObject(message) || !Array.isArray(message['content'])) return undefined
  const said = (type: string, key: string) =>
    withoutSecrets(
      objectsAt(message, 'content')
        .map((block) => (block['type'] === type ? (textAt(block, key) ?? '') : ''))
        .join(''),
      secrets,
    )
  const reason = textAt(message, 'stop_reason') ?? ''
  const reasoning = said('thinking', 'thinking')
  const usage = usageOf(message['usage'])
  const why = textAt(message['stop_details'], 'explanation') ?? 'refusal'
  return {
    text: said('text', 'text'),
    finishReason: withoutSecrets(FINISH[reason] ?? reason, secrets),
    ...(reason === 'refusal' && { refusal: withoutSecrets(why, secrets) }),
    ...(reasoning && { reasoning }),
    ...(usage && { usage }),
  }
}

/** Tokens of caches are not in `input_tokens`. */
function usageOf(usage: unknown): Usage | undefined {
  const [plain, output] = [numberAt(usage, 'input_tokens'), numberAt(usage, 'output_tokens')]
  if (!isObject(usage) || plain === undefined || output === undefined) return undefined
  const cached = numberAt(usage, 'cache_read_input_tokens') ?? 0
  const written = numberAt(usage, 'cache_creation_input_tokens') ?? 0
  const reasoning = numberAt(usage['output_tokens_details'], 'thinking_tokens') ?? 0
  return { input: plain + written + cached, output, cached, reasoning }
}

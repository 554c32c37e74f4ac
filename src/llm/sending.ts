// What goes with every request of a run besides the question: how much a model may think, and fields for its server.
import { UsageError } from '../base/errors.ts'
import { isObject, type JsonObject } from '../base/json.ts'
import { choice, flagOf, text, type OptionSpec, type OptionValues } from '../options/options.ts'
import type { Ask, ChatModel, ChatRequest } from './chat.ts'
import { isServed, publicModelName } from './models.ts'

/** Tokens that a model may think at each level, besides those of its answer. A guess on the safe side: nobody publishes figures. */
const BUDGETS = { none: 0, minimal: 1_024, low: 4_096, medium: 16_384, high: 32_768, xhigh: 65_536 } as const
type Effort = keyof typeof BUDGETS

/** A JSON object, or the text of one. */
function jsonObject(help: string): OptionSpec<JsonObject | undefined> {
  const read = (raw: unknown): JsonObject => {
    const value = typeof raw === 'string' ? parsed(raw) : raw
    if (isObject(value)) return value
    throw new Error('allowed: a JSON object, as in {"top_p": 0.9}')
  }
  return { ...text('JSON', { help, rare: true }), default: undefined, kinds: ['text', 'object'], read }
}

function parsed(said: string): unknown {
  try {
    return JSON.parse(said)
  } catch {
    return undefined
  }
}

/** Options of methods whose models write. */
export const SENDING_OPTIONS = {
  reasoningEffort: choice<Effort, undefined>(Object.keys(BUDGETS) as Effort[], {
    help: 'how much a reasoning model may think; the limit of a reply is raised by as many tokens',
    default: undefined,
  }),
  extraBody: jsonObject(
    'further fields of every request to an OpenAI-compatible server, as they are: \'{"top_p": 0.9}\'',
  ),
}

/** What is sent; undefined where nothing was said of it. */
export interface Sending {
  effort?: Effort
  extra?: Readonly<Record<string, unknown>>
}

/** Fields that are not a setting: what is asked, of whom, and how its reply comes. */
const OURS = [
  'model',
  'messages',
  'n',
  'stream',
  'stream_options',
  'max_tokens',
  'max_completion_tokens',
  'temperature',
]
/** What stands in them stands in the ledger and in manifests. */
const SECRET = /api[-_]?key|authorization|password|secret|bearer/i

/** @throws UsageError when a model takes no such settings, or a field is not to be set */
export function sendingOf(
  { reasoningEffort: effort, extraBody: extra }: OptionValues<typeof SENDING_OPTIONS>,
  models: readonly (string | ChatModel)[],
): Sending | undefined {
  if (effort === undefined && extra === undefined) return undefined
  const flags = [...(effort ? ['reasoningEffort'] : []), ...(extra ? ['extraBody'] : [])].map(flagOf).join(', ')
  for (const model of models) {
    if (typeof model !== 'string' || isServed(model)) continue
    throw new UsageError(`${flags}: ${publicModelName(model)} takes no such setting`, {
      hint: 'They are sent to OpenAI-compatible servers alone: MODEL, or MODEL@BASE_URL.',
    })
  }
  const fields = Object.keys(extra ?? {})
  const ours = fields.filter((name) => OURS.includes(name))
  if (ours.length > 0) throw new UsageError(`--extra-body: Winnow itself sets ${ours.join(', ')}`)
  if (SECRET.test(JSON.stringify(extra ?? {}))) {
    throw new UsageError('--extra-body: it seems to hold a key, and it would stand in the ledger and the manifest', {
      hint: 'Give keys in OPENAI_API_KEY, or in OPENAI_CUSTOM_HEADERS.',
    })
  }
  return { ...(effort && { effort }), ...(extra && { extra }) }
}

/** The method, every request of which has these settings. */
export function sendingWith<Row, Found>(
  sending: Sending | undefined,
  method: (row: Row, ask: Ask) => Found,
): (row: Row, ask: Ask) => Found {
  return sending === undefined ? method : (row, ask) => method(row, asking(ask, sending))
}

function asking(ask: Ask, { effort, extra }: Sending): Ask {
  const set = (request: ChatRequest): ChatRequest => ({
    ...request,
    maxTokens: request.maxTokens + (effort ? BUDGETS[effort] : 0),
    ...(effort && { effort }),
    ...(extra && { extra }),
  })
  const { stored } = ask
  return Object.assign((requests: ChatRequest[]) => ask(requests.map(set)), {
    again: (request: ChatRequest, first: ChatRequest) => ask.again(set(request), set(first)),
    ...(stored && { stored: (request: ChatRequest) => stored(set(request)) }),
  })
}

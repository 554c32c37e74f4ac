// Whether a server holds a model to the form that a request names. Some answer 200 and ignore what they do not know.
import type { ChatReply, ChatRequest, ReplyFormat } from './chat.ts'
import { CallError, StopRun } from './errors.ts'
import { finishOf } from './finish.ts'
import { withoutThinking } from './read.ts'
import { objectIn } from '../base/json.ts'

/** How a server can hold a model to a form. */
export const CONSTRAINTS = ['json', 'regex', 'grammar'] as const
export type Constraint = (typeof CONSTRAINTS)[number]

const orderPattern = (count: number) => `\\[[1-9][0-9]?\\]( > \\[[1-9][0-9]?\\]){${count - 1}}`

/** The form of an order of `count` things: their numbers in brackets, or a list in JSON. */
export function orderFormat(constraint: Constraint, count: number): ReplyFormat {
  if (constraint === 'regex') return { regex: orderPattern(count) }
  if (constraint === 'grammar') {
    return { grammar: `root ::= item (" > " item){${count - 1}}\nitem ::= "[" [1-9] [0-9]? "]"` }
  }
  const items = { type: 'integer', minimum: 1, maximum: count }
  const ranking = { type: 'array', items, minItems: count, maxItems: count }
  return { json: { type: 'object', properties: { ranking }, required: ['ranking'], additionalProperties: false } }
}

/** Whether a text has a form; undefined for a grammar that is not of an order, which is not looked into. */
function fits(text: string, format: ReplyFormat): boolean | undefined {
  if ('json' in format) return fitsSchema(text, format.json)
  const pattern = 'regex' in format ? format.regex : orderOf(format.grammar)
  return pattern === undefined ? undefined : new RegExp(`^(?:${pattern})$`).test(text.trim())
}

function orderOf(grammar: string): string | undefined {
  const more = /^root ::= item \(" > " item\)\{(\d+)\}/.exec(grammar)?.[1]
  return more === undefined ? undefined : orderPattern(Number(more) + 1)
}

/** Looks at the fields alone; readers look at what is in them. */
function fitsSchema(text: string, schema: object): boolean {
  const required = 'required' in schema && Array.isArray(schema.required) ? schema.required.map(String) : []
  const value = objectIn(text)
  return value !== undefined && required.every((name) => name in value)
}

type AskOne = (request: ChatRequest) => Promise<ChatReply>

/** Looks at the first whole reply to each stage that has a form. */
export class FormCheck {
  readonly #ask: AskOne
  readonly #checked = new Set<string>()

  constructor(ask: AskOne) {
    this.#ask = ask
  }

  /** @throws StopRun when the reply has not the form, naming the constraints that the server keeps */
  async look(request: ChatRequest, reply: ChatReply): Promise<void> {
    const { format, source } = request
    if (format === undefined || source.method === PROBE || this.#checked.has(source.stage)) return
    if (finishOf(reply) !== 'complete' || reply.refusal) return
    this.#checked.add(source.stage)
    if (fits(withoutThinking(reply.text), format) !== false) return
    const kept: Constraint[] = []
    for (const constraint of CONSTRAINTS) if (await this.#keeps(constraint, request)) kept.push(constraint)
    throw new StopRun('refused-form', `the server of ${request.model} does not hold it to ${nameOf(format)}`, {
      hint:
        kept.length === 0
          ? 'It keeps none of json, regex and grammar: leave out --constrain.'
          : `It keeps ${kept.join(' and ')}: --constrain ${kept[0]}, or leave it out.`,
    })
  }

  /** Asks for words under a form that has none: only a server that keeps it answers with an order. */
  async #keeps(constraint: Constraint, { model, source, effort, extra }: ChatRequest): Promise<boolean> {
    const format = orderFormat(constraint, PROBED)
    const content = 'Say in one short sentence what a library is.'
    try {
      const reply = await this.#ask({
        model,
        messages: [{ role: 'user', content }],
        temperature: 0,
        maxTokens: PROBE_TOKENS,
        sample: 0,
        format,
        ...(effort && { effort }),
        ...(extra && { extra }),
        source: { ...source, method: PROBE, prompt: 'probe@1', row: '', query: content, part: constraint, attempt: 1 },
      })
      return fits(withoutThinking(reply.text), format) === true
    } catch (error) {
      if (error instanceof CallError || error instanceof StopRun) return false
      throw error
    }
  }
}

const PROBE = 'probe'
const PROBED = 3
const PROBE_TOKENS = 64

const nameOf = (format: ReplyFormat) =>
  'json' in format ? 'a JSON schema' : 'regex' in format ? 'a regular expression' : 'a grammar'

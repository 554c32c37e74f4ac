// A made-up world in which everybody could tell what is relevant, and models that judge it by script: well, badly, or not at all.
import { randomFrom } from '../../src/base/random.ts'
import { unitHash } from '../../src/base/hash.ts'
import { reportOn, type CheckReport } from '../../src/judging/check.ts'
import { probesOf } from '../../src/judging/canaries.ts'
import type { Thresholds } from '../../src/judging/conclusion.ts'
import type { ChatReply, ChatRequest } from '../../src/llm/chat.ts'
import { scoringIn } from '../../src/llm/scoring.ts'
import { readOptions } from '../../src/options/options.ts'
import { runOptions } from '../../src/job/options.ts'
import type { MethodDefinition } from '../../src/method/definition.ts'
import type { Probe } from '../../src/method/probe.ts'
import type { Passage, Row } from '../../src/rows/row.ts'
import { answer } from './answers.ts'
import { askedIn, shownIn } from './synthetic.ts'

const THRESHOLDS: Thresholds = { mostFalse: 0.1, mostChance: 0.02, mostPlace: 0.5, mostCopied: 0.5 }

const SYLLABLES = 'ba ko li mu ne ra si to vu ze dra fli gno ska tru plo'.split(' ')

/** Rows of one or two positives and five negatives, each row with words of its own. Texts end in what they are: `fits-7`, `near-7`. */
export function judgedRows(count: number, seed: number): Row[] {
  const random = randomFrom(seed)
  const word = () =>
    Array.from({ length: 3 }, () => SYLLABLES[Math.floor(random() * SYLLABLES.length)] as string).join('')
  return Array.from({ length: count }, (_all, index) => {
    const name = `${seed}-${index}`
    const words = Array.from({ length: 6 }, word)
    const text = (kind: string, at: number) =>
      `The ${words.join(' ')} of case ${at} is told here. ${Array.from({ length: 12 }, word).join(' ')} ${kind}-${name} ends.`
    const passage = (label: 'positive' | 'negative', at: number): Passage => ({
      id: `${name} ${label} ${at}`,
      text: text(label === 'positive' ? 'fits' : 'near', at),
      label,
      origin: 'given',
    })
    const positives = Array.from({ length: index % 3 === 0 ? 2 : 1 }, (_each, at) => passage('positive', at))
    const negatives = Array.from({ length: 5 }, (_each, at) => passage('negative', at))
    return {
      id: `row ${name}`,
      query: `what of ${words.join(' ')} in ${name}?`,
      passages: [...positives, ...negatives],
    }
  })
}

export type Kind = 'fits' | 'near' | 'far'

/** What a text is to a query. */
export function kindOf(query: string, text: string): Kind {
  const name = / in (\d+-\d+)\?/.exec(query)?.[1] ?? ''
  if (text.includes(`fits-${name} `)) return 'fits'
  return text.includes(`near-${name} `) ? 'near' : 'far'
}

/** Decides about one text; `at` is its place in the list, from 0, and `call` another number for each call. */
export type Decides = (query: string, text: string, at: number, call: number) => boolean

export const RIGHT: Decides = (query, text) => kindOf(query, text) === 'fits'
/** GPT-4o's rates on TREC Deep Learning 2019; the same text is always judged the same. */
export const LIKE_GPT4O: Decides = (query, text) => {
  const rate = { fits: 0.57, near: 0.1, far: 0.01 }[kindOf(query, text)]
  // The words around a passage do not change what is said of it.
  const told = /\b(?:fits|near)-\d+-\d+/.exec(text)?.[0] ?? text
  return unitHash(`${query} ${told}`) < rate
}
export const ALWAYS: Decides = () => true
export const NEVER: Decides = () => false
export const SECOND: Decides = (_query, _text, at) => at === 1
export const RANDOM: Decides = (query, text, _at, call) => unitHash(`coin ${query} ${text} ${call}`) < 0.5

/** How a model words what it decided. */
export interface Scripted {
  decides: Decides
  /** The reason for a text; by default words of its own. */
  reason?: (text: string) => string
  /** Orders a ranking; by default what fits comes first. */
  place?: (query: string, text: string, at: number) => number
  /** Answers in words that no reader knows. */
  unreadable?: boolean
}

/** The reply of a scripted model to a request of any method. */
export function scriptedReply(model: Scripted, request: ChatRequest, call: number): string {
  const { decides, reason, place, unreadable = false } = model
  const { method, stage } = request.source
  if (unreadable) return 'I would be glad to help you with that.'
  const query = askedIn(request)
  const word = wordReply(model, request, query, call)
  if (word !== undefined) return word
  if (method === 'percpos') {
    const { query: asked, passages } = scoringIn(request.messages)
    return JSON.stringify(
      passages.map((text, at) => place?.(asked, text, at) ?? Number(decides(asked, text, at, call))),
    )
  }
  if (method === 'arhn') {
    const wordsIn = reason ?? ((text: string) => /\S+ ends/.exec(text)?.[0] ?? text)
    let at = -1
    return answer(request, {
      answerIn: (asked, text) => (decides(asked, text, 0, call) ? wordsIn(text) : undefined),
      place: (asked, text) => {
        at += 1
        return place?.(asked, text, at) ?? { fits: 0, near: 1, far: 2 }[kindOf(asked, text)] + unitHash(text) / 2
      },
    })
  }
  if (stage === 'verify') return verification(request, decides, query, call, reason)
  const documents = shownIn(request)
  const found = documents.flatMap((text, at) => (decides(query, text, at, call) ? [at + 1] : []))
  const said = found.map((number) => {
    const text = documents[number - 1] as string
    return `Doc (${number}): ${reason?.(text) ?? 'EQUAL. It gives what is wanted and leaves nothing open at all.'}`
  })
  return `<thinking>\n${said.join('\n')}\n</thinking>\n<preference>\n${reason ? '' : said.join('\n')}\n</preference>
<verdict>\n<better> Preferred: [${found.map((number) => `Doc (${number})`).join(', ')}] </better>,\n<worse> Relevant: [] </worse>\n</verdict>`
}

/** The answer to a question that one word answers; undefined for any other. */
function wordReply({ decides, place }: Scripted, { messages }: ChatRequest, query: string, call: number) {
  const prompt = messages.at(-1)?.content ?? ''
  const within = (tag: string) => new RegExp(`<${tag}>\\n([\\s\\S]*?)\\n</${tag}>`).exec(prompt)?.[1] ?? ''
  if (prompt.includes('FIRST, SECOND or EQUAL')) {
    const placeOf = place ?? ((asked: string, text: string) => ['fits', 'near', 'far'].indexOf(kindOf(asked, text)))
    const [first, second] = [placeOf(query, within('first'), 0), placeOf(query, within('second'), 1)]
    return first === second ? 'EQUAL' : first < second ? 'FIRST' : 'SECOND'
  }
  const text = within('document') || within('text')
  if (prompt.includes('one line: HOLDS')) return decides(query, text, 0, call) ? 'HOLDS' : 'VIOLATED'
  if (prompt.includes('one line, RELEVANT') || prompt.includes('one line: RELEVANT'))
    return decides(query, text, 0, call) ? 'RELEVANT' : 'NOT'
  return undefined
}

function verification(
  { messages }: ChatRequest,
  decides: Decides,
  query: string,
  call: number,
  reason: Scripted['reason'],
): string {
  const prompt = messages.at(-1)?.content ?? ''
  const text = /<text>\n([\s\S]*?)\n<\/text>/.exec(prompt)?.[1] ?? ''
  const isRelevant = decides(query, text, 0, call)
  const requirements = [...prompt.matchAll(/^Requirement \((\d+)\)/gm)].map(([, number]) => ({
    number: Number(number),
    why: 'so it says',
    verdict: isRelevant ? 'holds' : 'violated',
  }))
  return JSON.stringify({ requirements, why: reason?.(text) ?? 'It says so.', attempts_answer: isRelevant })
}

const made = new WeakMap<readonly Row[], Map<number, Probe[]>>()

/** The probes of these rows, made once for all methods that show as many candidates. */
function probesFrom(rows: readonly Row[], count: number, candidates: number): Probe[] {
  const ofRows = made.get(rows) ?? new Map<number, Probe[]>()
  made.set(rows, ofRows)
  const shown = Math.min(candidates, MOST_SHOWN)
  const probes =
    ofRows.get(shown) ?? probesOf(rows, { count, candidates: shown, canHoldOut: () => true, isKnown: () => false })
  ofRows.set(shown, probes)
  return probes
}

/** More candidates than a probe of these rows can have. */
const MOST_SHOWN = 8

/** The check of a scripted model by a method, without files, ledger or server. */
export async function checked(
  definition: MethodDefinition,
  options: Record<string, unknown>,
  rows: readonly Row[],
  models: Record<string, Scripted>,
  count = 40,
): Promise<CheckReport> {
  const plan = definition.plan(readOptions(runOptions(definition), options))
  const { check } = plan
  if (check === undefined) throw new Error(`${definition.name} cannot be checked`)
  const probes = probesFrom(rows, count, check.candidates)
  let calls = 0
  const reply = (request: ChatRequest): ChatReply => {
    const model = models[request.source.stage] ?? (models['any'] as Scripted)
    const isWritten = request.source.stage === 'analyse'
    const text = isWritten ? plan.forecast.reply(request) : scriptedReply(model, request, calls++)
    return { text, finishReason: 'stop' }
  }
  const ask = Object.assign(async (requests: ChatRequest[]) => requests.map(reply), { again: async () => undefined })
  const identities = Object.fromEntries(plan.stages.map(({ stage }) => [stage, 'scripted']))
  const look = check.create(identities)
  const read = []
  for (const probe of probes) read.push({ probe, readings: await look(probe, ask) })
  return reportOn(read, THRESHOLDS)
}

// Defines a method of a program from the parts that only the program can supply: what to ask, what a reply means, and how to act on it.
import { sha256 } from '../../base/hash.ts'
import type { Evidence } from '../../evidence/evidence.ts'
import type { Ask, ChatMessage, ChatModel, ChatRequest } from '../../llm/chat.ts'
import { askUntilRead, PLAIN_RULE, UnreadableReply, type Reading } from '../../llm/read.ts'
import type { Passage, Row } from '../../rows/row.ts'
import { tasksOfRows } from '../../tasks/tasks.ts'
import type { MethodDefinition, MethodPlan } from '../../method/definition.ts'
import type { Method } from '../../method/method.ts'
import type { Policy } from '../../policy/policy.ts'
import { isTooLong } from '../../llm/split.ts'

/** A method as a program writes it. */
export interface OwnMethod {
  /** Must differ from the names of Winnow's methods. */
  name: string
  /** Version of the prompts: raise it with every change of wording. */
  version: number
  /** The model of each stage: a name as on the command line, or the model itself. */
  models: Readonly<Record<string, string | ChatModel>>
  /** Asks about a row. Must be deterministic given the replies, because it runs once to ask and again to decide. */
  gather(row: Row, ask: AskAbout): Promise<Evidence[]>
  policy: Policy
}

/** Asks one question and returns a verdict for each of its passages, or the reason for all of them if the reply cannot be read. */
type AskAbout = (question: Question) => Promise<Evidence[]>

interface Question {
  /** One of the method's stages. */
  stage: string
  passages: readonly Passage[]
  messages: ChatMessage[]
  /** Returns a word for each passage, in order. @throws UnreadableReply if the text contains nothing reliable */
  read(text: string): string[]
  /** What is asked of a model whose reply could not be read: a sentence without a word of that reply. */
  rule?: string
  /** Default 0. */
  temperature?: number
  /** Default: 1024. */
  maxTokens?: number
}

/** Returns the method in the form that `runMethod` takes. */
export function defineMethod(own: OwnMethod): MethodDefinition {
  return {
    name: own.name,
    summary: 'a custom method',
    verdicts: [],
    gatherOptions: {},
    policyOptions: {},
    redecided: [],
    plan: () => planOf(own),
    policy: () => own.policy,
    describe: () => [],
  }
}

function planOf(own: OwnMethod): MethodPlan {
  const tasks = tasksOfRows()
  const stages = Object.entries(own.models)
  return {
    stages: stages.map(([stage, model]) => ({ stage, model, kind: 'chat' })),
    prompts: stages.map(([stage]) => ({ name: promptOf(own, stage), hash: sha256(promptOf(own, stage), 16) })),
    tasks,
    keepDuplicates: false,
    fingerprint: {},
    callsOf: ({ passages }) => passages.length,
    create: (identities) => methodOf(own, identities),
    forecast: { reply: () => '', replyTokens: () => 0, share: () => ({ low: 1, high: 1 }) },
  }
}

const promptOf = ({ name, version }: OwnMethod, stage: string) => `${name}.${stage}@${version}`

function methodOf(own: OwnMethod, identities: Record<string, string>): Method {
  return (row, ask) => {
    const asked = new Map<string, number>()
    return own.gather(row, async (question) => {
      const { stage, passages } = question
      const model = identities[stage]
      if (model === undefined) throw new Error(`the method ${own.name} has no model for the stage ${stage}`)
      const part = (asked.get(stage) ?? 0) + 1
      asked.set(stage, part)
      const prompt = promptOf(own, stage)
      const { name: method } = own
      const source = { method, stage, prompt, row: row.id, query: row.query, part: String(part), attempt: 1 }
      const reading = await readReply(ask, question, { model, source })
      if (reading.read) {
        return passages.map(({ id }, at) => {
          return { kind: 'verdict', passage: id, stage, model, prompt, verdict: reading.value[at] as string }
        })
      }
      const { why, detail, raw } = reading
      return [{ kind: 'unread', stage, model, passages: passages.map(({ id }) => id), why, detail, raw }]
    })
  }
}

async function readReply(
  ask: Ask,
  { passages, messages, read, rule = PLAIN_RULE, temperature = 0, maxTokens = 1024 }: Question,
  asker: Pick<ChatRequest, 'model' | 'source'>,
): Promise<Reading<string[]>> {
  const request: ChatRequest = { ...asker, messages, temperature, maxTokens, sample: 0 }
  const reader = (text: string) => {
    const words = read(text)
    if (words.length === passages.length) return words
    throw new UnreadableReply('out-of-range', `it speaks of ${words.length} of ${passages.length} passages`)
  }
  try {
    return await askUntilRead(ask, request, reader, { rule })
  } catch (error) {
    if (!isTooLong(error)) throw error
    return { read: false, why: 'too-long', detail: error.message, raw: undefined }
  }
}

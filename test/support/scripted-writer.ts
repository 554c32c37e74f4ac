// Runs CausalNeg's method on one row against scripted replies; whatever the script leaves open is answered well.
import { causalnegPolicy } from '../../src/methods/causalneg/policy.ts'
import type { Ask, ChatReply, ChatRequest } from '../../src/llm/chat.ts'
import { causalnegDefinition } from '../../src/methods/causalneg/definition.ts'
import { CAUSALNEG_GATHER_OPTIONS, CAUSALNEG_POLICY_OPTIONS } from '../../src/methods/causalneg/options.ts'
import type { Evidence } from '../../src/evidence/evidence.ts'
import { readOptions } from '../../src/options/options.ts'
import type { Passage, Row } from '../../src/rows/row.ts'

export const passage = (id: string, label: Passage['label'], text: string, more: Partial<Passage> = {}): Passage => ({
  id,
  text,
  label,
  origin: 'mined',
  ...more,
})
export const POSITIVE =
  'Air scatters the short waves of sunlight much more than the long ones, and so the sky looks blue.'
const NEGATIVES = [
  'The sea takes its colour from water itself, which swallows red light within the first few metres.',
  'At dusk the path of light is longer, and what is left of it paints clouds in orange and in pink.',
]
export const ROW: Row = {
  id: 'r',
  query: 'why is the sky blue by day?',
  passages: [
    passage('p', 'positive', POSITIVE),
    ...NEGATIVES.map((text, index) => passage(`n${index}`, 'negative', text)),
  ],
}
export const TEXTS = [
  'Lakes of the high mountains look green, for the fine dust of rock in them sends back other colours.',
  'Painters of the last century bought their blue from mines, and later from works that made it cheaper.',
  'A haze of droplets weakens every colour alike, which is why fog in the morning looks white or grey.',
]
const REQUIREMENTS = ['names the sky', 'names its colour by day', 'names scattering by air', 'names sunlight']
export const ANALYSIS = {
  need: 'the cause of the colour',
  meets: 'they name it',
  boundary: 'naming a cause of the colour of the sky',
  requirements: REQUIREMENTS.map((text, index) => ({ number: index + 1, text, critical: index < 3 })),
  perturbations: [
    { requirement: 1, strategy: 'entity_shift', how: 'lakes' },
    { requirement: 2, strategy: 'attribute_shift', how: 'paint' },
    { requirement: 3, strategy: 'upstream_downstream', how: 'fog' },
  ],
}

export type Reply = string | Partial<ChatReply> | Error
type Script = (stage: string, request: ChatRequest, call: number) => Reply | undefined

const numbersOf = (request: ChatRequest) =>
  [...(request.messages.at(-1)?.content ?? '').matchAll(/^Passage \((\d+)\): breaks requirement (\d+)/gm)].map(
    ([, number, requirement]) => ({ number: Number(number), requirement: Number(requirement) }),
  )
export const writing = (request: ChatRequest, texts: readonly string[] = TEXTS) =>
  JSON.stringify({
    passages: numbersOf(request).map(({ number, requirement }) => ({
      number,
      rewrites: null,
      text: texts[requirement - 1],
    })),
  })
export const verification = (verdicts: string[], attempts = false) =>
  JSON.stringify({
    requirements: verdicts.map((verdict, index) => ({ number: index + 1, why: 'w', verdict })),
    why: 'so',
    attempts_answer: attempts,
  })
/** Verifies that a text of TEXTS violates its own requirement and no other. */
export const faithful = (request: ChatRequest, texts: readonly string[] = TEXTS) => {
  const shown = request.messages.at(-1)?.content ?? ''
  const target = texts.findIndex((text) => shown.includes(text))
  return verification(REQUIREMENTS.map((_text, index) => (index === target ? 'violated' : 'holds')))
}

/** Returns scripted replies by stage; whatever the script leaves undefined is answered well. An unscripted judge is an error. */
function scripted(script: Script = () => undefined) {
  const requests: ChatRequest[] = []
  const calls = new Map<string, number>()
  const one = async (request: ChatRequest): Promise<ChatReply> => {
    requests.push(request)
    const { stage } = request.source
    const call = (calls.get(stage) ?? 0) + 1
    calls.set(stage, call)
    const given = script(stage, request, call) ?? wellDone(stage, request)
    if (given instanceof Error) throw given
    return { text: '', finishReason: 'stop', ...(typeof given === 'string' ? { text: given } : given) }
  }
  const ask: Ask = Object.assign((asked: ChatRequest[]) => Promise.all(asked.map(one)), {
    again: async () => undefined,
  })
  return { ask, requests }
}

export function wellDone(stage: string, request: ChatRequest): Reply {
  if (stage === 'analyse') return JSON.stringify(ANALYSIS)
  if (stage === 'write') return writing(request)
  if (stage === 'verify') return faithful(request)
  throw new Error(`nothing is scripted for ${stage}`)
}

const valuesOf = (options: Record<string, unknown>) =>
  readOptions(
    { ...CAUSALNEG_GATHER_OPTIONS, ...CAUSALNEG_POLICY_OPTIONS },
    { writer: 'w', verifier: 'v', task: 'question-answering', ...options },
  )

export async function run(script?: Script, options: Record<string, unknown> = {}, row = ROW) {
  const plan = causalnegDefinition.plan(valuesOf(options))
  const identities = Object.fromEntries(plan.stages.map(({ stage, model }) => [stage, String(model)]))
  const { ask, requests } = scripted(script)
  const evidence = await plan.create(identities)(row, ask)
  const { verify, perRow, maxLost, absentTarget } = valuesOf(options)
  const decision = causalnegPolicy({ verify, perRow, maxLost, absentTarget })(row, evidence)
  return { evidence, requests, decision, stages: requests.map(({ source }) => `${source.stage} ${source.part}`) }
}
export const kindsOf = (evidence: Evidence[]) => evidence.map(({ kind }) => kind)
export const codesOf = ({ discarded = [] }: Awaited<ReturnType<typeof run>>['decision']) =>
  discarded.map(({ code }) => code).toSorted()

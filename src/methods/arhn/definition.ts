// ARHN as commands see it: options in, method and policy out.
import { checkSending } from '../probe.ts'
import { anchorsIn, arhnPolicy } from './policy.ts'
import { UsageError } from '../../base/errors.ts'
import { labelled, type Row } from '../../rows/row.ts'
import type { MethodDefinition, MethodPlan } from '../definition.ts'
import type { Suspect } from '../../policy/decided.ts'
import type { Evidence } from '../../evidence/evidence.ts'
import { tasksOf } from '../options.ts'
import { sendingOf, sendingWith } from '../../llm/sending.ts'
import { AsShownSurvey } from './as-shown.ts'
import { arhnCheck } from './check.ts'
import { ARHN_FORECAST } from './forecast.ts'
import { arhn } from './method.ts'
import {
  ARHN_GATHER_OPTIONS,
  ARHN_POLICY_OPTIONS,
  arhnPolicyOptionsOf,
  type ArhnGatherValues,
  type ArhnPolicyValues,
} from './options.ts'
import { arhnPromptsOf } from './own-prompt.ts'
import { ARHN_SCALES } from './scales.ts'
import { ARHN_SHARES, ArhnPilot } from './pilot.ts'
import { ARHN_STAGES } from './prompt.ts'
import { ArhnTally, arhnLines } from './tally.ts'

export const arhnDefinition: MethodDefinition = {
  name: 'arhn',
  summary: 'an open model extracts an answer from each passage and ranks the answers (arXiv 2604.11092)',
  verdicts: ['gives', 'answers', 'no-answer'],
  gatherOptions: ARHN_GATHER_OPTIONS,
  policyOptions: ARHN_POLICY_OPTIONS,
  redecided: ['rank'],
  scales: ARHN_SCALES,
  choose: (options) => chosen(options as ArhnGatherValues),
  plan: (options) => plan(options as ArhnGatherValues),
  policy: (options, gathered, surveyed = {}) => {
    const { rank } = options as ArhnGatherValues
    if (rank === 'all' && (gathered as ArhnGatherValues).rank !== 'all') {
      throw new UsageError('--rank all: the run did not rank negatives without an answer', {
        hint: 'Run winnow clean with --rank all: it only asks for the missing rankings.',
      })
    }
    return arhnPolicy(arhnPolicyOptionsOf(options as ArhnPolicyValues, rank, surveyed['ranksDecide'] !== 0))
  },
  survey: (options) => ((options as ArhnGatherValues).permutations === 1 ? new AsShownSurvey() : undefined),
  describe: arhnLines,
  sections: [{ name: 'orderShown', after: 'falseNegativesPerRow' }],
  shares: ARHN_SHARES,
  explainer: {
    anchorsIn: (row, evidence, options) => anchorsIn(row, evidence, (options as ArhnPolicyValues).anchor),
  },
}

/** A model that must answer in form always gives an order, be it the one shown: that is told by a second one alone. */
function chosen({ constrain, permutations }: ArhnGatherValues): Partial<ArhnGatherValues> {
  return constrain === 'off' ? {} : { permutations: Math.max(FEWEST_ORDERS, permutations) }
}

const FEWEST_ORDERS = 2

/** The temperature at which votes are sampled. */
const VOTING_TEMPERATURE = 0.7

function plan(options: ArhnGatherValues): MethodPlan {
  const { judge, rank, votes, permutations, passagesPerCall, constrain, noThink, seed, maxTokens, keepDuplicates } =
    options
  if (judge === undefined) {
    throw new UsageError('no model given', {
      hint: 'Give one: --judge Qwen/Qwen3-32B@http://HOST:PORT/v1, or --judge replay:FILE.',
    })
  }
  const tasks = tasksOf(options)
  const stages = ARHN_STAGES.filter((stage) => stage !== 'steps' || tasks.all.some(({ multiHop }) => multiHop))
  const prompts = arhnPromptsOf(options.prompts)
  const sending = sendingOf(options, [judge])
  const asked = {
    passagesPerCall,
    rankAll: rank === 'all',
    votes,
    permutations,
    seed,
    temperature: options.temperature ?? (votes > 1 ? VOTING_TEMPERATURE : 0),
    maxTokens,
    constrain: constrain === 'off' ? undefined : constrain,
    think: !noThink,
  }
  const settingsOf = ({ extract: model }: Record<string, string>) => ({
    model: model as string,
    taskOf: tasks.of,
    prompts,
    ...asked,
  })
  return {
    stages: stages.map((stage) => ({ stage, model: judge, kind: 'chat' })),
    prompts: stages.map((stage) => prompts.versions[stage]),
    taskOf: tasks.of,
    keepDuplicates,
    fingerprint: {
      tasks: tasks.settings,
      keepDuplicates,
      ...asked,
      constrain: asked.constrain ?? null,
      ...(sending && { sending }),
    },
    callsOf: ({ passages }) => Math.ceil(passages.length / passagesPerCall) * votes,
    create: (identities) => sendingWith(sending, arhn(settingsOf(identities))),
    check: checkSending(sending, arhnCheck(passagesPerCall === 1, settingsOf)),
    forecast: ARHN_FORECAST,
    suspectIn,
    tally: () => new ArhnTally(options),
    pilot: () => new ArhnPilot(permutations === 1),
    ...(passagesPerCall > 1 && {
      instead: { label: 'with --passages-per-call 1', plan: () => plan({ ...options, passagesPerCall: 1 }) },
    }),
  }
}

/** The positives are suspect when none of them answers and a negative does. */
function suspectIn(row: Row, evidence: Evidence[]): Suspect | undefined {
  const found = evidence.filter((item) => item.kind === 'verdict').filter(({ stage }) => stage === 'extract')
  const answering = new Map(found.filter(({ verdict }) => verdict === 'answers').map((item) => [item.passage, item]))
  const read = new Set(found.map(({ passage }) => passage))
  const isSilent = labelled(row, 'positive').every(({ id }) => read.has(id) && !answering.has(id))
  const preferred = labelled(row, 'negative').flatMap(({ id }) => {
    const { stage, reason } = answering.get(id) ?? {}
    return stage === undefined ? [] : [{ passage: id, stage, ...(reason !== undefined && { reason }) }]
  })
  if (!isSilent || preferred.length === 0) return undefined
  const many = preferred.length === 1 ? 'a negative does' : `${preferred.length} negatives do`
  return { reason: `no positive answers, and ${many}`, preferred }
}

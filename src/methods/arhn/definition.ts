// ARHN as commands see it: options in, method and policy out.
import { anchorsIn, arhnPolicy } from '../../decide/arhn.ts'
import { UsageError } from '../../errors.ts'
import type { MethodDefinition, MethodPlan } from '../definition.ts'
import { tasksOf } from '../options.ts'
import { ARHN_FORECAST } from './forecast.ts'
import { arhn } from './method.ts'
import {
  ARHN_GATHER_OPTIONS,
  ARHN_POLICY_OPTIONS,
  arhnPolicyOptionsOf,
  type ArhnGatherValues,
  type ArhnPolicyValues,
} from './options.ts'
import { promptVersion, type ArhnStage } from './prompt.ts'
import { ArhnTally, arhnLines } from './tally.ts'

export const arhnDefinition: MethodDefinition = {
  name: 'arhn',
  summary: 'an open model finds the answer in each passage and ranks the answers (arXiv 2604.11092)',
  gatherOptions: ARHN_GATHER_OPTIONS,
  policyOptions: ARHN_POLICY_OPTIONS,
  redecided: ['rank'],
  plan: (options) => plan(options as ArhnGatherValues),
  policy: (options, gathered) => {
    const { rank } = options as ArhnGatherValues
    if (rank === 'all' && (gathered as ArhnGatherValues).rank !== 'all') {
      throw new UsageError('--rank all: negatives without an answer were not ranked when this was gathered', {
        hint: 'Run winnow clean with --rank all: it asks for the rankings alone.',
      })
    }
    return arhnPolicy(arhnPolicyOptionsOf(options as ArhnPolicyValues, rank))
  },
  anchorsIn: (row, evidence, options) => anchorsIn(row, evidence, (options as ArhnPolicyValues).anchor),
  describe: arhnLines,
}

/** What votes are sampled at. */
const VOTING_TEMPERATURE = 0.7

function plan(options: ArhnGatherValues): MethodPlan {
  const { judge, rank, votes, permutations, passagesPerCall, constrain, noThink, seed, maxTokens, keepDuplicates } =
    options
  if (judge === undefined) {
    throw new UsageError('no model is named', {
      hint: 'Name one: --judge Qwen/Qwen3-32B@http://HOST:PORT/v1, or --judge replay:FILE.',
    })
  }
  const tasks = tasksOf(options)
  const stages = (['steps', 'extract', 'rank'] as const).filter(
    (stage) => stage !== 'steps' || tasks.all.some(({ multiHop }) => multiHop),
  )
  const prompts = Object.fromEntries(
    (['steps', 'extract', 'rank'] as const).map((stage) => [stage, promptVersion(stage)]),
  ) as Record<ArhnStage, ReturnType<typeof promptVersion>>
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
  return {
    stages: stages.map((stage) => ({ stage, model: judge })),
    prompts: stages.map((stage) => prompts[stage]),
    taskOf: tasks.of,
    keepDuplicates,
    fingerprint: { tasks: tasks.settings, keepDuplicates, ...asked, constrain: asked.constrain ?? null },
    callsPerRow: 12,
    create: ({ extract: model }) => arhn({ model: model as string, taskOf: tasks.of, prompts, ...asked }),
    forecast: ARHN_FORECAST,
    suspectIn: () => undefined,
    spotCheckOf: () => undefined,
    tally: () => new ArhnTally(options),
    ...(passagesPerCall > 1 && {
      instead: { label: 'with --passages-per-call 1', plan: () => plan({ ...options, passagesPerCall: 1 }) },
    }),
  }
}

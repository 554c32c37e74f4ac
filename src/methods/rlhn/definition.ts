// RLHN as commands see it: options in, method and policy out.
import { rlhnPolicy } from './policy.ts'
import { UsageError } from '../../base/errors.ts'
import type { Forecast, MethodDefinition, MethodPlan } from '../definition.ts'
import type { Suspect } from '../../policy/decided.ts'
import { decidingStage, type Evidence, type Verdict } from '../../evidence/evidence.ts'
import { sumOf } from '../../statistics/mean.ts'
import { tasksOf } from '../options.ts'
import { rlhnCheck } from './check.ts'
import { rlhn, type RlhnSettings } from './method.ts'
import {
  policyOptionsOf,
  RLHN_GATHER_OPTIONS,
  RLHN_POLICY_OPTIONS,
  type RlhnGatherValues,
  type RlhnPolicyValues,
} from './options.ts'
import { promptsOf } from './own-prompt.ts'
import type { RlhnStage } from './prompt.ts'
import { spotCheckLines, SpotCheckTally, type SpotCheck } from './spot-check.ts'

export const rlhnDefinition: MethodDefinition = {
  name: 'rlhn',
  summary: 'a cascade of a cheap and a strong model relabels false negatives (arXiv 2505.16967)',
  verdicts: ['better', 'worse', 'irrelevant'],
  gatherOptions: RLHN_GATHER_OPTIONS,
  policyOptions: RLHN_POLICY_OPTIONS,
  plan: (options) => plan(options as RlhnGatherValues),
  redecided: [],
  policy: (options) => {
    const values = options as RlhnPolicyValues & RlhnGatherValues
    return rlhnPolicy(policyOptionsOf(values, values.beyond))
  },
  describe: (_figures, { spotCheck = null } = {}) => spotCheckLines(spotCheck as SpotCheck | null),
  sections: [{ name: 'spotCheck', after: 'falseNegativesPerRow' }],
}

function plan(options: RlhnGatherValues): MethodPlan {
  const stages = stagesOf(options)
  const prompts = promptsOf(
    stages.map(({ stage }) => stage),
    options.prompts,
  )
  const tasks = tasksOf(options)
  if (options.spotCheck > 0 && stages.length === 1) {
    throw new UsageError(
      '--spot-check needs both --screen and --judge: it measures what the one clears against the other',
    )
  }
  const { maxPassages, keepDuplicates, shuffle, spotCheck, seed, maxTokens, temperature } = options
  const judgeBeyond = options.beyond === 'judge'
  const settingsOf = (identities: Record<string, string>): RlhnSettings => ({
    stages: stages.map(({ stage }) => ({ stage, model: identities[stage] as string, prompt: prompts[stage] })),
    taskOf: tasks.of,
    maxPassages,
    judgeBeyond,
    shuffleSeed: shuffle,
    spotCheck,
    spotCheckSeed: seed,
    maxTokens,
    temperature,
  })
  const shareOf = (stage: string) => (stage === stages[0]?.stage ? { low: 1, high: 1 } : GOES_ON)
  // A probe shows its two canaries side by side, however few negatives a call is to show.
  const candidates = Math.max(2, maxPassages)
  return {
    stages,
    prompts: stages.map(({ stage }) => prompts[stage].version),
    taskOf: tasks.of,
    keepDuplicates,
    fingerprint: {
      tasks: tasks.settings,
      maxPassages,
      judgeBeyond,
      keepDuplicates,
      shuffle: shuffle ?? null,
      spotCheck: spotCheck > 0 ? { share: spotCheck, seed } : null,
      maxTokens,
      temperature,
    },
    create: (identities) => rlhn(settingsOf(identities)),
    check: rlhnCheck(
      { candidates, cost: stages.length / sumOf(stages.map(({ stage }) => shareOf(stage).low)) },
      (identities) => rlhn({ ...settingsOf(identities), maxPassages: candidates, spotCheck: 0 }),
    ),
    callsOf: () => 1,
    forecast: { ...FORECAST, share: shareOf },
    tally: () => new SpotCheckTally(),
    suspectIn: (_row, evidence) => suspectIn(evidence),
  }
}

const FORECAST: Omit<Forecast, 'share'> = {
  reply: () => '<verdict><better> better: [] </better>, <worse> worse: [Doc (1)] </worse></verdict>',
  // Measured on the 42 recorded replies of GPT-4o-mini and GPT-4o to 15 documents each: 832 tokens on average.
  replyTokens: ({ messages }) => 130 + 47 * (messages.at(-1)?.content.match(/^Doc \(\d+\):/gm) ?? []).length,
}

/** The share of rows that the screen flags in the paper: from HotpotQA to MS MARCO. */
const GOES_ON = { low: 0.133, high: 0.807 }

type RlhnStages = (MethodPlan['stages'][number] & { stage: RlhnStage })[]

function stagesOf({ screen, judge }: RlhnGatherValues): RlhnStages {
  const stages: RlhnStages = []
  if (screen !== undefined) stages.push({ stage: 'screen', model: screen, kind: 'chat' })
  if (judge !== undefined) stages.push({ stage: 'judge', model: judge, kind: 'chat' })
  if (stages.length > 0) return stages
  throw new UsageError('no model is named', {
    hint: 'Name a cheap one and a strong one: --screen gpt-4o-mini --judge gpt-4o; or one alone; or --judge local, without key or server.',
  })
}

const isVerdict = (item: Evidence): item is Verdict => item.kind === 'verdict'

/** A positive is suspect when the last model to judge the row strictly prefers a negative to it. */
function suspectIn(evidence: Evidence[]): Suspect | undefined {
  if (!evidence.some((item) => isVerdict(item) && item.verdict === 'better')) return undefined
  const verdicts = evidence.filter(isVerdict)
  const last = decidingStage(evidence)
  const strictly = new Set(verdicts.filter(({ strict }) => strict).map(({ passage }) => passage))
  const preferred = verdicts.filter(
    ({ stage, verdict, passage, strict }) =>
      stage === last && verdict === 'better' && (strict ?? strictly.has(passage)),
  )
  if (preferred.length === 0) return undefined
  return {
    reason: `the ${last} strictly prefers ${preferred.length === 1 ? 'a negative' : `${preferred.length} negatives`} to the positives`,
    preferred: preferred.map(({ passage, stage, reason }) => ({
      passage,
      stage,
      ...(reason !== undefined && { reason }),
    })),
  }
}

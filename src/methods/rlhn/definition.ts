// RLHN as commands see it: options in, method and policy out.
import { checkSending } from '../probe.ts'
import { rlhnPolicy } from './policy.ts'
import { UsageError } from '../../base/errors.ts'
import type { Forecast, MethodDefinition, MethodPlan } from '../definition.ts'
import type { Suspect } from '../../policy/decided.ts'
import { decidingStage, type Evidence, type Verdict } from '../../evidence/evidence.ts'
import { sumOf } from '../../statistics/mean.ts'
import { tasksOf } from '../options.ts'
import { FIRST_SET, promptLines, setsOf } from '../../prompts/prompt-set.ts'
import { sendingOf, sendingWith } from '../../llm/sending.ts'
import { rlhnCheck } from './check.ts'
import { rlhn } from './method.ts'
import type { RlhnSettings } from './settings.ts'
import {
  policyOptionsOf,
  RLHN_GATHER_OPTIONS,
  RLHN_POLICY_OPTIONS,
  type RlhnGatherValues,
  type RlhnPolicyValues,
} from './options.ts'
import { RLHN_SCALES } from './scale.ts'
import { promptsOf } from './own-prompt.ts'
import type { RlhnStage } from './prompt.ts'
import { spotCheckLines, SpotCheckTally, type SpotCheck } from './spot-check.ts'

export const rlhnDefinition: MethodDefinition = {
  name: 'rlhn',
  summary: 'a cheap model screens rows, a strong model relabels false negatives (arXiv 2505.16967)',
  verdicts: ['better', 'worse', 'irrelevant'],
  gatherOptions: RLHN_GATHER_OPTIONS,
  policyOptions: RLHN_POLICY_OPTIONS,
  plan: (options) => plan(options as RlhnGatherValues),
  redecided: [],
  scales: RLHN_SCALES,
  policy: (options) => {
    const values = options as RlhnPolicyValues & RlhnGatherValues
    return rlhnPolicy(policyOptionsOf(values, values.beyond))
  },
  choose: (options) => chosen(options as RlhnGatherValues & RlhnPolicyValues),
  before: { promptSet: [FIRST_SET], shuffle: 'off' },
  describe: (_figures, { spotCheck = null, prompts } = {}) => [
    ...spotCheckLines(spotCheck as SpotCheck | null),
    ...promptLines(prompts),
  ],
  sections: [{ name: 'spotCheck', after: 'falseNegativesPerRow' }],
}

/** The prompts by the models' names; and documents are shuffled where nothing that is recorded, and no preset of the paper, rests on the row's order. */
function chosen({ screen, judge, promptSet, shuffle, preset }: RlhnGatherValues & RlhnPolicyValues) {
  const models = [screen, judge].filter((model) => model !== undefined)
  const isRecorded = models.some((model) => typeof model === 'string' && model.startsWith('replay:'))
  const isExact = isRecorded || preset !== 'safe'
  return { promptSet: setsOf(promptSet, models), shuffle: shuffle ?? (isExact ? 'off' : SHUFFLE_SEED) } as const
}

const SHUFFLE_SEED = 1

function plan(options: RlhnGatherValues): MethodPlan {
  const stages = stagesOf(options)
  const models = stages.map(({ model }) => model)
  const sets = setsOf(options.promptSet, models)
  const prompts = promptsOf(
    stages.map(({ stage }) => stage),
    sets,
    options.prompts,
  )
  const tasks = tasksOf(options)
  if (options.spotCheck > 0 && stages.length === 1) {
    throw new UsageError(
      '--spot-check needs both --screen and --judge: it has the judge recheck rows cleared by the screen',
    )
  }
  const { maxPassages, keepDuplicates, shuffle, spotCheck, seed, maxTokens, temperature } = options
  const sending = sendingOf(options, models)
  const shuffleSeed = typeof shuffle === 'number' ? shuffle : undefined
  const judgeBeyond = options.beyond === 'judge'
  const settingsOf = (identities: Record<string, string>): RlhnSettings => ({
    stages: stages.map(({ stage }) => ({ stage, model: identities[stage] as string, prompt: prompts[stage] })),
    taskOf: tasks.of,
    maxPassages,
    judgeBeyond,
    shuffleSeed,
    cutsShuffled: sets.includes(FIRST_SET),
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
      shuffle: shuffleSeed ?? null,
      spotCheck: spotCheck > 0 ? { share: spotCheck, seed } : null,
      maxTokens,
      temperature,
      ...(sending && { sending }),
    },
    create: (identities) => sendingWith(sending, rlhn(settingsOf(identities))),
    // Probes have an order of their own, which a shuffle would undo.
    check: checkSending(
      sending,
      rlhnCheck(
        { candidates, cost: stages.length / sumOf(stages.map(({ stage }) => shareOf(stage).low)) },
        (identities) =>
          rlhn({ ...settingsOf(identities), shuffleSeed: undefined, maxPassages: candidates, spotCheck: 0 }),
      ),
    ),
    callsOf: ({ passages }) =>
      stages.some(({ stage }) => prompts[stage].isOneByOne) ? Math.min(passages.length, maxPassages) : 1,
    forecast: { ...FORECAST, share: shareOf },
    tally: () => new SpotCheckTally(),
    suspectIn: (_row, evidence) => suspectIn(evidence),
  }
}

const FLAGGED = '<verdict><better> better: [] </better>, <worse> worse: [Doc (1)] </worse></verdict>'

const FORECAST: Omit<Forecast, 'share'> = {
  reply: ({ source: { prompt, part } }) => {
    if (prompt.includes('.small@')) return part.includes('compared') ? 'SECOND' : 'RELEVANT'
    return FLAGGED
  },
  // Measured on the 42 recorded replies of GPT-4o-mini and GPT-4o to 15 documents each: 832 tokens on average.
  replyTokens: ({ messages, source: { prompt } }) =>
    prompt.includes('.small@') ? 2 : 130 + 47 * (messages.at(-1)?.content.match(/^Doc \(\d+\):/gm) ?? []).length,
}

/** The share of rows that the screen flags in the paper: from HotpotQA to MS MARCO. */
const GOES_ON = { low: 0.133, high: 0.807 }

type RlhnStages = (MethodPlan['stages'][number] & { stage: RlhnStage })[]

function stagesOf({ screen, judge }: RlhnGatherValues): RlhnStages {
  const stages: RlhnStages = []
  if (screen !== undefined) stages.push({ stage: 'screen', model: screen, kind: 'chat' })
  if (judge !== undefined) stages.push({ stage: 'judge', model: judge, kind: 'chat' })
  if (stages.length > 0) return stages
  throw new UsageError('no model given', {
    hint: 'Give a cheap and a strong one: --screen gpt-4o-mini --judge gpt-4o; or only one; or --judge local, which needs no key or server.',
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

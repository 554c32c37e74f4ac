// RLHN as commands see it: options in, method and policy out.
import { checkSending } from '../probe.ts'
import { findsIn, rlhnPolicy } from './policy.ts'
import { UsageError } from '../../base/errors.ts'
import type { Forecast, MethodDefinition, MethodPlan } from '../definition.ts'
import type { Suspect } from '../../policy/decided.ts'
import { decidingStage, unreadOf, type Evidence, type Verdict } from '../../evidence/evidence.ts'
import { assertConfirmed, CONFIRM, CONFIRMATION_FIELD, confirmationLines, confirmOf } from '../../policy/confirming.ts'
import { assertMeasurable, MEASURED_FIELD, measuredLines, type Find } from '../../policy/measured.ts'
import { sumOf } from '../../statistics/mean.ts'
import { tasksOf } from '../options.ts'
import { FIRST_SET, optionsFor, promptLines, setNotices, setsOf } from '../../prompts/prompt-set.ts'
import { sendingOf, sendingWith } from '../../llm/sending.ts'
import { scoresText, scoringIn } from '../../llm/scoring.ts'
import type { Gate } from '../cascade.ts'
import { SCORE_STAGE } from '../percpos/method.ts'
import { PERCPOS_PROMPT } from '../percpos/request.ts'
import { cascadeOf } from './cascade.ts'
import { rlhnCheck } from './check.ts'
import { rlhn } from './method.ts'
import type { RlhnSettings } from './settings.ts'
import {
  fixingOptions,
  policyOptionsOf,
  RLHN_BEARING,
  wantsConfirmed,
  RLHN_GATHER_OPTIONS,
  RLHN_POLICY_OPTIONS,
  type RlhnGatherValues,
  type RlhnPolicyValues,
} from './options.ts'
import { promptsOf } from './own-prompt.ts'
import { rlhnPrompt, type RlhnStage } from './prompt.ts'
import { spotCheckLines, type SpotCheck } from './spot-check.ts'
import { RlhnTally } from './tally.ts'

export const rlhnDefinition: MethodDefinition = {
  name: 'rlhn',
  summary: 'a cheap model screens rows, a strong model relabels false negatives (arXiv 2505.16967)',
  verdicts: ['better', 'worse', 'irrelevant'],
  gatherOptions: RLHN_GATHER_OPTIONS,
  policyOptions: RLHN_POLICY_OPTIONS,
  plan: (options) => plan(options as Values),
  redecided: ['confirm'],
  policy: (options, gathered, surveyed) => {
    const values = options as Values
    assertMeasurable(values, RLHN_BEARING, fixingOptions(values))
    assertConfirmed(values, gathered)
    return rlhnPolicy(policyOptionsOf(values, surveyed))
  },
  finds: {
    bearing: RLHN_BEARING,
    confirmed: 'better',
    in: (_row, evidence, options) => foundIn(evidence, policyOptionsOf(options as Values).confirm),
  },
  choose: (options, isDecidedElsewhere) => chosen(options as Values, isDecidedElsewhere),
  before: { promptSet: [FIRST_SET], shuffle: 'off', confirm: 0 },
  describe: (_figures, { spotCheck = null, prompts, confirmation, measured } = {}) => [
    ...spotCheckLines(spotCheck as SpotCheck | null),
    ...confirmationLines(confirmation),
    ...measuredLines(measured),
    ...promptLines(prompts),
  ],
  sections: [{ name: 'spotCheck', after: 'falseNegativesPerRow' }, CONFIRMATION_FIELD, MEASURED_FIELD],
}

type Values = RlhnGatherValues & RlhnPolicyValues

/** The prompts by the models' names; and documents are shuffled where nothing that is recorded, and no preset of the paper, rests on the row's order. */
function chosen(values: Values, isDecidedElsewhere: boolean) {
  const { screen, judge, promptSet, shuffle, preset, confirm } = values
  const models = [screen, judge].filter((model) => model !== undefined)
  const isRecorded = models.some((model) => typeof model === 'string' && model.startsWith('replay:'))
  const isExact = isRecorded || preset !== 'safe'
  return {
    promptSet: setsOf(promptSet, models),
    shuffle: shuffle ?? (isExact ? 'off' : SHUFFLE_SEED),
    confirm: confirmOf(confirm, models, wantsConfirmed(values) && !isDecidedElsewhere),
  } as const
}

const SHUFFLE_SEED = 1

const foundIn = (evidence: Evidence[], confirm: number): Find[] | undefined =>
  unreadOf(evidence).length > 0
    ? undefined
    : findsIn(evidence, confirm).map(({ verdict, item: { passage } }) => ({ passage, verdict }))

function plan(options: Values): MethodPlan {
  const stages = stagesOf(options)
  const models = stages.map(({ model }) => model)
  const sets = setsOf(options.promptSet, models)
  const prompts = promptsOf(
    stages.map(({ stage }) => stage),
    sets,
    options.prompts,
  )
  const tasks = tasksOf(options)
  const cascade = cascadeOf(options)
  if (options.spotCheck > 0 && stages.length === 1) {
    throw new UsageError(
      '--spot-check needs both --screen and --judge: it has the judge recheck rows cleared by the screen',
    )
  }
  const { maxPassages, keepDuplicates, shuffle, spotCheck, seed, maxTokens, temperature, confirm = 0 } = options
  const sending = sendingOf(options, models)
  const shuffleSeed = typeof shuffle === 'number' ? shuffle : undefined
  const judgeBeyond = options.beyond === 'judge'
  const cascadeWith = (identities: Record<string, string>, gate: Gate | undefined) =>
    cascade && { gate: gate ?? SENDS_ALL, scorer: identities[SCORE_STAGE] }
  const settingsOf = (identities: Record<string, string>): RlhnSettings => ({
    stages: stages.map(({ stage }) => ({ stage, model: identities[stage] as string, prompt: prompts[stage] })),
    taskOf: tasks.of,
    maxPassages,
    judgeBeyond,
    shuffleSeed,
    cutsShuffled: sets.includes(FIRST_SET),
    spotCheck,
    spotCheckSeed: seed,
    confirm,
    maxTokens,
    temperature,
  })
  const shareOf = (stage: string) => {
    if (stage === cascade?.stage) return IS_SENT
    if (stage === CONFIRM) return IS_CONFIRMED
    return stage === stages[0]?.stage || stage === SCORE_STAGE ? { low: 1, high: 1 } : GOES_ON
  }
  // A probe shows its two canaries side by side, however few negatives a call is to show.
  const candidates = Math.max(2, maxPassages)
  const confirming = confirm === 0 ? [] : [{ ...(stages.at(-1) as RlhnStages[number]), stage: CONFIRM }]
  return {
    stages: [...stages, ...confirming, ...scorerStages(options)],
    prompts: [...stages.map(({ stage }) => prompts[stage].version), ...scorerStages(options).map(() => PERCPOS_PROMPT)],
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
      ...(confirm > 0 && { confirm }),
      ...(sending && { sending }),
      ...(cascade && { cascade: { recall: cascade.recall, gate: cascade.gate, rows: cascade.rows ?? null, seed } }),
    },
    noticesOf: () => setNotices(models, sets),
    optionsFor: (prompt) =>
      optionsFor(
        prompt,
        (set) => stages.map(({ stage }) => rlhnPrompt(stage, set).version.name),
        `--prompt-set ${FIRST_SET} --shuffle off`,
      ),
    create: (identities, gate) =>
      sendingWith(sending, rlhn({ ...settingsOf(identities), cascade: cascadeWith(identities, gate) })),
    cascade,
    // Probes have an order of their own, which a shuffle would undo.
    check: checkSending(
      sending,
      rlhnCheck(
        { candidates, cost: stages.length / sumOf(stages.map(({ stage }) => shareOf(stage).low)) },
        (identities) =>
          rlhn({
            ...settingsOf(identities),
            shuffleSeed: undefined,
            maxPassages: candidates,
            spotCheck: 0,
            confirm: 0,
          }),
        (evidence) => foundIn(evidence, 0) ?? [],
      ),
    ),
    callsOf: ({ passages }) =>
      stages.some(({ stage }) => prompts[stage].isOneByOne) ? Math.min(passages.length, maxPassages) : 1,
    forecast: { ...FORECAST, share: shareOf },
    tally: () => new RlhnTally(options, models),
    suspectIn: (_row, evidence) => suspectIn(evidence),
  }
}

const FLAGGED =
  '<preference>Doc (1): STRICTLY BETTER.</preference><verdict><better> better: [Doc (1)] </better>, <worse> worse: [] </worse></verdict>'

const FORECAST: Omit<Forecast, 'share'> = {
  reply: ({ messages, source: { prompt, part } }) => {
    if (prompt === PERCPOS_PROMPT.name) return scoresText(scoringIn(messages).passages.map(() => 0))
    if (prompt.includes('.small@')) return part.includes('compared') ? 'EQUAL' : 'RELEVANT'
    return FLAGGED
  },
  // Measured on the 42 recorded replies of GPT-4o-mini and GPT-4o to 15 documents each: 832 tokens on average.
  replyTokens: ({ messages, source: { prompt } }) =>
    prompt === PERCPOS_PROMPT.name
      ? 0
      : prompt.includes('.small@')
        ? 2
        : 130 + 47 * (messages.at(-1)?.content.match(/^Doc \(\d+\):/gm) ?? []).length,
}

/** The share of rows that the screen flags in the paper: from HotpotQA to MS MARCO. */
const GOES_ON = { low: 0.133, high: 0.807 }

/** The share of rows that a gate sends to the judge, those judged first included; all of them where nothing can be promised. */
const IS_SENT = { low: 0.3, high: 1 }

const SENDS_ALL: Gate = () => undefined

const scorerStages = ({ gateModel }: RlhnGatherValues): MethodPlan['stages'] =>
  gateModel === undefined ? [] : [{ stage: SCORE_STAGE, model: gateModel, kind: 'scorer' }]
/** The share of rows that the judge flags in the paper: from SCIDOCSRR to MS MARCO. */
const IS_CONFIRMED = { low: 0.028, high: 0.672 }

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
  const last = decidingStage(evidence.filter((item) => !('stage' in item) || item.stage !== CONFIRM))
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

// What RLHN will ask, by its options: stages, prompts, settings, and what makes a run the same run.
import { UsageError } from '../../base/errors.ts'
import { unreadOf, type Evidence } from '../../evidence/evidence.ts'
import { sendingOf, sendingWith } from '../../llm/sending.ts'
import { CONFIRM } from '../../policy/confirming.ts'
import type { Find } from '../../policy/measured.ts'
import { FIRST_SET, optionsFor, setNotices, setsOf } from '../../prompts/prompt-set.ts'
import { sumOf } from '../../statistics/mean.ts'
import type { CascadePlan, Gate } from '../../method/cascade.ts'
import type { MethodPlan } from '../../method/definition.ts'
import { tasksOf } from '../../method/options.ts'
import { SCORE_STAGE } from '../percpos/method.ts'
import { PERCPOS_PROMPT } from '../percpos/request.ts'
import { checkSending, type JudgeCheck } from '../../method/probe.ts'
import { cascadeOf } from './cascade.ts'
import { rlhnCheck } from './check.ts'
import { rlhnForecast } from './forecast.ts'
import { rlhn } from './method.ts'
import type { RlhnGatherValues, RlhnValues } from './options.ts'
import { promptsOf } from './own-prompt.ts'
import { findsIn } from './policy.ts'
import { placesIn } from './places.ts'
import { rlhnPrompt, type RlhnStage } from './prompt.ts'
import type { RlhnSettings } from './settings.ts'
import { suspectIn } from './suspect.ts'
import { RlhnTally } from './tally.ts'

export function planOf(options: RlhnValues): MethodPlan {
  const stages = stagesOf(options)
  const models = stages.map(({ model }) => model)
  const sets = setsOf(options.promptSet, models)
  const names = stages.map(({ stage }) => stage)
  const prompts = promptsOf(names, sets, options.prompts)
  const oneByOne = new Set(
    names.filter((stage) => prompts[stage].isOneByOne).map((stage) => prompts[stage].version.name),
  )
  const tasks = tasksOf(options)
  const cascade = cascadeOf(options)
  assertSpotCheck(options, names)
  const sending = sendingOf(options, models)
  const forecast = rlhnForecast(names[0] as string, cascade?.stage)
  const { confirm = 0, gateModel } = options
  const confirming = confirm === 0 ? [] : [{ ...(stages.at(-1) as RlhnStages[number]), stage: CONFIRM }]
  const scoring = gateModel === undefined ? [] : [{ stage: SCORE_STAGE, model: gateModel, kind: 'scorer' as const }]
  const settingsOf = (identities: Record<string, string>, gate: Gate = SENDS_ALL): RlhnSettings => ({
    ...askedBy(options),
    stages: names.map((stage) => ({ stage, model: identities[stage] as string, prompt: prompts[stage] })),
    taskOf: tasks.of,
    cutsShuffled: sets.includes(FIRST_SET),
    cascade: cascade && { gate, scorer: identities[SCORE_STAGE] },
  })
  return {
    stages: [...stages, ...confirming, ...scoring],
    prompts: [...names.map((stage) => prompts[stage].version), ...scoring.map(() => PERCPOS_PROMPT)],
    tasks,
    keepDuplicates: options.keepDuplicates,
    fingerprint: {
      tasks: tasks.settings,
      ...fingerprintOf(options, cascade),
      ...(sending && { sending }),
    },
    noticesOf: () => setNotices(models, sets),
    optionsFor: (prompt) =>
      optionsFor(
        prompt,
        (set) => names.map((stage) => rlhnPrompt(stage, set).version.name),
        `--prompt-set ${FIRST_SET} --shuffle off`,
      ),
    create: (identities, gate) => sendingWith(sending, rlhn(settingsOf(identities, gate))),
    cascade,
    check: checkSending(sending, checkOf(options, sumOf(names.map((stage) => forecast.share(stage).low)), settingsOf)),
    callsOf: ({ passages }) =>
      names.some((stage) => prompts[stage].isOneByOne) ? Math.min(passages.length, options.maxPassages) : 1,
    forecast,
    tally: () => new RlhnTally(options, models),
    suspectIn: (_row, evidence) => suspectIn(evidence),
    placesIn: (evidence) => placesIn(evidence, options.maxPassages, oneByOne),
  }
}

const SENDS_ALL: Gate = () => undefined

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

function assertSpotCheck({ spotCheck }: RlhnValues, stages: readonly RlhnStage[]): void {
  if (spotCheck === 0 || stages.length > 1) return
  throw new UsageError(
    '--spot-check needs both --screen and --judge: it has the judge recheck rows cleared by the screen',
  )
}

function askedBy(options: RlhnValues) {
  const { maxPassages, beyond, shuffle, spotCheck, seed, confirm = 0, maxTokens, temperature } = options
  const shuffleSeed = typeof shuffle === 'number' ? shuffle : undefined
  const judgeBeyond = beyond === 'judge'
  return { maxPassages, judgeBeyond, shuffleSeed, spotCheck, spotCheckSeed: seed, confirm, maxTokens, temperature }
}

/** What decides which questions are asked, besides tasks. JSON leaves out what earlier versions did not have. */
function fingerprintOf(options: RlhnValues, cascade: CascadePlan | undefined) {
  const { maxPassages, judgeBeyond, shuffleSeed, spotCheck, confirm, maxTokens, temperature } = askedBy(options)
  const { keepDuplicates, seed } = options
  return {
    maxPassages,
    judgeBeyond,
    keepDuplicates,
    shuffle: shuffleSeed ?? null,
    spotCheck: spotCheck > 0 ? { share: spotCheck, seed } : null,
    maxTokens,
    temperature,
    ...(confirm > 0 && { confirm }),
    ...(cascade && { cascade: { recall: cascade.recall, gate: cascade.gate, rows: cascade.rows ?? null, seed } }),
  }
}

/** @param reached the least share of the stages that a row of the run goes through, summed */
function checkOf(
  { maxPassages, screen, judge }: RlhnValues,
  reached: number,
  settingsOf: (identities: Record<string, string>) => RlhnSettings,
): JudgeCheck {
  // A probe shows its two canaries side by side, however few negatives a call is to show.
  const candidates = Math.max(2, maxPassages)
  const stages = [screen, judge].filter((model) => model !== undefined).length
  return rlhnCheck(
    { candidates, cost: stages / reached },
    (identities) =>
      // Probes have an order of their own, which a shuffle would undo.
      rlhn({
        ...settingsOf(identities),
        shuffleSeed: undefined,
        maxPassages: candidates,
        spotCheck: 0,
        confirm: 0,
        cascade: undefined,
      }),
    (evidence) => foundIn(evidence, 0) ?? [],
  )
}

/** Returns the finds in the evidence about a row; undefined if something in it is unread. */
export const foundIn = (evidence: Evidence[], confirm: number): Find[] | undefined =>
  unreadOf(evidence).length > 0
    ? undefined
    : findsIn(evidence, confirm).map(({ verdict, item: { passage } }) => ({ passage, verdict }))

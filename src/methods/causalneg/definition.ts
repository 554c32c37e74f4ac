// CausalNeg's writing as commands see it: options in, method and policy out.
import { checkSending } from '../../method/probe.ts'
import { causalnegPolicy } from './policy.ts'
import { UsageError } from '../../base/errors.ts'
import type { ChatModel } from '../../llm/chat.ts'
import type { MethodDefinition, MethodPlan, MethodTally } from '../../method/definition.ts'
import { chosenTasks, STAGE_OPTIONS, TASKS_BEFORE, tasksOf } from '../../method/options.ts'
import { sendingOf, sendingWith } from '../../llm/sending.ts'
import { FIRST_SET, optionsFor, promptLines, setFor, setNotices, type PromptSet } from '../../prompts/prompt-set.ts'
import { rlhnPrompt } from '../rlhn/prompt.ts'
import { FEWEST_REQUIREMENTS } from './analysis-reply.ts'
import type { Stage } from './ask.ts'
import { causalnegCheck } from './check.ts'
import { missingIn } from './complete.ts'
import { causalnegExplainer } from './explained.ts'
import { causalnegForecast } from './forecast.ts'
import { GrowthTotals } from './growth.ts'
import { causalnegRecords } from './lists.ts'
import { causalneg } from './method.ts'
import {
  CAUSALNEG_GATHER_OPTIONS,
  CAUSALNEG_POLICY_OPTIONS,
  causalnegPolicyOptionsOf,
  type CausalnegGatherValues,
  type CausalnegPolicyValues,
} from './options.ts'
import { causalnegPromptsOf } from './own-prompt.ts'
import { CAUSALNEG_SHARES, CausalnegPilot } from './pilot.ts'
import { causalnegSummary } from './summary.ts'
import { causalnegLines, CausalnegTally } from './tally.ts'

type Values = CausalnegGatherValues & CausalnegPolicyValues

export const causalnegDefinition: MethodDefinition = {
  name: 'causalneg',
  summary: 'a model writes negatives that each violate one requirement; another verifies them (arXiv 2606.01304)',
  verdicts: ['better', 'worse', 'irrelevant'],
  mayLackNegatives: true,
  gatherOptions: CAUSALNEG_GATHER_OPTIONS,
  policyOptions: CAUSALNEG_POLICY_OPTIONS,
  afterPolicy: { options: STAGE_OPTIONS, measure: 'hardness', tells: 'origins', counts: 'added' },
  redecided: ['verify', 'perRow'],
  plan: (options) => plan(options as Values),
  choose: (options) => {
    const { writer, verifier, judge } = setsBy(options as Values)
    return { ...chosenTasks(options as Values), promptSet: [writer, verifier, judge] }
  },
  before: { ...TASKS_BEFORE, promptSet: [FIRST_SET] },
  policy: (options, gathered) => {
    assertGathered(options as Values, gathered as Values)
    return causalnegPolicy(causalnegPolicyOptionsOf(options as Values))
  },
  missingIn: (row, evidence, gathered) => missingIn(row, evidence, gathered as Values),
  describe: (figures, { prompts } = {}) => [...causalnegLines(figures), ...promptLines(prompts)],
  summarise: causalnegSummary,
  sections: [{ name: 'growth', after: 'refill' }],
  shares: CAUSALNEG_SHARES,
  lists: [{ name: 'discarded', holds: 'discarded passages, with the reason' }],
  recordsOf: causalnegRecords,
  explainer: causalnegExplainer,
}

/** From the least thorough to the most. */
const ORDER = ['none', 'requirements', 'requirements+judge'] as const

/** @throws UsageError when the policy needs evidence that was not gathered */
function assertGathered(now: Values, then: Values): void {
  const hint = 'Run winnow grow with it: replies in the ledger are reused.'
  if (ORDER.indexOf(now.verify) > ORDER.indexOf(then.verify)) {
    throw new UsageError(`--verify ${now.verify}: the run used --verify ${then.verify}`, { hint })
  }
  if (now.perRow > then.perRow) {
    throw new UsageError(`--per-row ${now.perRow}: the run wrote at most ${then.perRow} per row`, { hint })
  }
}

function plan(options: Values): MethodPlan {
  const { verify, perRow, strategies, onFailure, references, constrain, seed, temperature, maxTokens } = options
  const stages = stagesOf(options)
  const tasks = tasksOf({ ...options, keepDuplicates: false })
  const sets = setsBy(options)
  const prompts = causalnegPromptsOf(options.prompts, sets)
  const judgePrompt = rlhnPrompt('judge', sets.judge)
  const sending = sendingOf(
    options,
    stages.map(([, model]) => model),
  )
  const asked = {
    verify,
    perRow,
    strategies,
    rewrites: onFailure === 'rewrite',
    references,
    seed,
    temperature,
    maxTokens,
    isConstrained: constrain === 'json',
  }
  const settingsOf = (models: Record<string, string>) => ({ models, taskOf: tasks.of, prompts, judgePrompt, ...asked })
  return {
    stages: stages.map(([stage, model]) => ({ stage, model, kind: 'chat' })),
    prompts: stages.map(([stage]) => (stage === 'judge' ? judgePrompt.version : prompts.versions[stage])),
    tasks,
    keepDuplicates: false,
    fingerprint: { tasks: tasks.settings, ...asked, ...(sending && { sending }) },
    noticesOf: (identities) => [
      ...noticesOf(identities),
      ...setNotices(
        stages.map(([, model]) => model),
        stages.map(([stage]) => sets[ROLES[stage]]),
      ),
    ],
    optionsFor: (prompt) => optionsFor(prompt, namesIn),
    create: (identities) => sendingWith(sending, causalneg(settingsOf(identities))),
    ...(verify !== 'none' && { check: checkSending(sending, causalnegCheck(settingsOf)) }),
    callsOf: () => perRow * (prompts.small.has('verify') ? 1 + FEWEST_REQUIREMENTS : 1),
    forecast: causalnegForecast(asked.rewrites),
    tally: () => tallyOf(options),
    pilot: () => new CausalnegPilot(causalnegPolicyOptionsOf(options)),
  }
}

/** Who is asked in each stage. */
const ROLES = { analyse: 'writer', write: 'writer', verify: 'verifier', judge: 'judge' } as const
type Role = (typeof ROLES)[Stage]

/** The prompt set of each role: the one given for it, the one given for all, or the one of its model. */
function setsBy({ writer, verifier, judge, promptSet }: Values): Record<Role, PromptSet> {
  const setOf = (model: string | ChatModel | undefined, index: number) =>
    promptSet?.[index] ?? promptSet?.[0] ?? (model === undefined ? 'paper' : setFor(model))
  const verifying = setOf(verifier, 1)
  return {
    writer: setOf(writer, 0),
    verifier: verifying,
    judge: judge === undefined ? verifying : setOf(judge, 2),
  }
}

/** The names of the prompts of a set. */
function namesIn(set: PromptSet): string[] {
  const { versions } = causalnegPromptsOf(undefined, { writer: set, verifier: set })
  return [...Object.values(versions), rlhnPrompt('judge', set).version].map(({ name }) => name)
}

function tallyOf(options: Values): MethodTally {
  const [tally, growth] = [new CausalnegTally(causalnegPolicyOptionsOf(options)), new GrowthTotals()]
  return {
    add: (decided) => {
      tally.add(decided)
      growth.add(decided)
    },
    figures: () => tally.figures(),
    sections: () => ({ growth: growth.report() }),
  }
}

/** @throws UsageError when a model is missing */
function stagesOf({ writer, verifier, judge, verify }: Values): [Stage, string | ChatModel][] {
  if (writer === undefined) {
    throw new UsageError('no model given', {
      hint: 'Give a writer and a different verifier: --writer gpt-4.1 --verifier gpt-4o-mini.',
    })
  }
  const writing: [Stage, string | ChatModel][] = [
    ['analyse', writer],
    ['write', writer],
  ]
  if (verify === 'none') return writing
  if (verifier === undefined) {
    throw new UsageError('no verifier given', {
      hint: 'Give one with --verifier, ideally not the writer, or skip verification with --verify none.',
    })
  }
  const verifying: [Stage, string | ChatModel][] = [...writing, ['verify', verifier]]
  return verify === 'requirements' ? verifying : [...verifying, ['judge', judge ?? verifier]]
}

function noticesOf({ write, verify }: Record<string, string>): string[] {
  if (verify === undefined) {
    return ['--verify none: passages are checked only by the gates, so they may answer the query']
  }
  if (verify !== write) return []
  return [`${write} both writes and verifies: models are lenient with their own text; use another --verifier`]
}

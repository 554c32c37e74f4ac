// ARHN as commands see it: options in, method and policy out.
import { checkSending } from '../../method/probe.ts'
import { anchorsIn, arhnPolicy, findOf, standingsIn, undecidingIn } from './policy.ts'
import { UsageError } from '../../base/errors.ts'
import { labelled, type Row } from '../../rows/row.ts'
import type { MethodDefinition, MethodPlan } from '../../method/definition.ts'
import type { Suspect } from '../../policy/decided.ts'
import type { Evidence } from '../../evidence/evidence.ts'
import { chosenTasks, TASKS_BEFORE, tasksOf } from '../../method/options.ts'
import { sendingOf, sendingWith } from '../../llm/sending.ts'
import {
  FIRST_SET,
  isThinking,
  optionsFor,
  promptLines,
  setNotices,
  setsOf,
  type PromptSet,
} from '../../prompts/prompt-set.ts'
import type { ArhnSettings } from './ask.ts'
import { AsShownSurvey } from './as-shown.ts'
import { arhnCheck } from './check.ts'
import { ARHN_FORECAST } from './forecast.ts'
import { arhn } from './method.ts'
import { assertConfirmed, CONFIRM, CONFIRMATION_FIELD, confirmOf } from '../../policy/confirming.ts'
import { assertMeasurable, MEASURED_FIELD, type Find } from '../../policy/measured.ts'
import {
  ARHN_BEARING,
  ARHN_GATHER_OPTIONS,
  ARHN_POLICY_OPTIONS,
  arhnPolicyOptionsOf,
  fixingOptions,
  furtherOrders,
  wantsConfirmed,
  type ArhnGatherValues,
  type ArhnPolicyValues,
} from './options.ts'
import { arhnPromptsOf } from './own-prompt.ts'
import { ARHN_SCALES } from './scales.ts'
import { ARHN_SHARES, ArhnPilot } from './pilot.ts'
import { ARHN_STAGES, type ArhnPrompts } from './prompt.ts'
import { ArhnTally, arhnLines } from './tally.ts'

export const arhnDefinition: MethodDefinition = {
  name: 'arhn',
  summary: 'an open model extracts an answer from each passage and ranks the answers (arXiv 2604.11092)',
  verdicts: ['gives', 'answers', 'no-answer'],
  gatherOptions: ARHN_GATHER_OPTIONS,
  policyOptions: ARHN_POLICY_OPTIONS,
  redecided: ['rank', 'confirm'],
  scales: ARHN_SCALES,
  choose: (options, isDecidedElsewhere) => chosen(options as Values, isDecidedElsewhere),
  before: { ...TASKS_BEFORE, promptSet: [FIRST_SET], confirm: 0 },
  plan: (options) => plan(options as Values),
  policy: (options, gathered, surveyed) => {
    const values = options as Values
    const { rank } = values
    assertMeasurable(values, ARHN_BEARING, fixingOptions(values))
    assertConfirmed(values, gathered)
    if (rank === 'all' && (gathered as ArhnGatherValues).rank !== 'all') {
      throw new UsageError('--rank all: the run did not rank negatives without an answer', {
        hint: 'Run winnow clean with --rank all: it only asks for the missing rankings.',
      })
    }
    return arhnPolicy(arhnPolicyOptionsOf(values, surveyed))
  },
  finds: {
    bearing: ARHN_BEARING,
    confirmed: 'above',
    in: (row, evidence, options) => findsIn(row, evidence, options as Values),
  },
  survey: (options) => ((options as ArhnGatherValues).permutations === 1 ? new AsShownSurvey() : undefined),
  describe: (figures, sections = {}) => [...arhnLines(figures, sections), ...promptLines(sections['prompts'])],
  sections: [{ name: 'orderShown', after: 'falseNegativesPerRow' }, CONFIRMATION_FIELD, MEASURED_FIELD],
  shares: ARHN_SHARES,
  explainer: {
    anchorsIn: (row, evidence, options) => anchorsIn(row, evidence, (options as ArhnPolicyValues).anchor),
  },
}

type Values = ArhnGatherValues & ArhnPolicyValues

/**
 * The prompts by the model's name. A model that must answer in form always gives an order, be it the one shown, and a small one likes to
 * name one of two places: both are told by a second order alone.
 */
function chosen(values: Values, isDecidedElsewhere: boolean): Partial<ArhnGatherValues> {
  const { constrain, permutations, judge, confirm, promptSet } = values
  const sets = setsOf(promptSet, judge === undefined ? [] : [judge])
  const isTurned = constrain !== 'off' || sets.includes('small')
  return {
    ...chosenTasks(values),
    promptSet: sets,
    ...(isTurned && { permutations: Math.max(FEWEST_ORDERS, permutations) }),
    confirm: confirmOf(confirm, [judge], wantsConfirmed(values) && !isDecidedElsewhere),
  }
}

function findsIn(row: Row, evidence: Evidence[], values: Values): Find[] | undefined {
  const policy = arhnPolicyOptionsOf(values)
  if (undecidingIn(row, evidence, policy).length > 0) return undefined
  return standingsIn(row, evidence, policy).flatMap((standing) => {
    const verdict = findOf(standing, policy)
    return verdict === undefined ? [] : [{ passage: standing.passage.id, verdict }]
  })
}

const FEWEST_ORDERS = 2

/** The temperature at which votes are sampled. */
const VOTING_TEMPERATURE = 0.7

function plan(options: Values): MethodPlan {
  const { judge, rank, votes, permutations, constrain, noThink, seed, maxTokens, keepDuplicates } = options
  if (judge === undefined) {
    throw new UsageError('no model given', {
      hint: 'Give one: --judge Qwen/Qwen3-32B@http://HOST:PORT/v1, or --judge replay:FILE.',
    })
  }
  const tasks = tasksOf(options)
  const confirm = furtherOrders(options)
  const stages = ARHN_STAGES.filter((stage) => stage !== 'steps' || tasks.all.some(({ multiHop }) => multiHop))
  const [set] = setsOf(options.promptSet, [judge]) as [PromptSet]
  const prompts = arhnPromptsOf(options.prompts, set)
  assertLists(prompts, constrain)
  const passagesPerCall = set === 'small' ? 1 : options.passagesPerCall
  const since = sinceSets(options, passagesPerCall, set, prompts)
  const sending = sendingOf(options, [judge])
  const asked = {
    passagesPerCall,
    rankAll: rank === 'all',
    votes,
    permutations,
    confirm,
    seed,
    temperature: options.temperature ?? (votes > 1 ? VOTING_TEMPERATURE : 0),
    maxTokens,
    constrain: constrain === 'off' ? undefined : constrain,
    think: !noThink,
  }
  const told = { taskOf: tasks.of, prompts, ...asked, ...since }
  const settingsOf = ({ extract: model }: Record<string, string>) => ({ model: model as string, ...told })
  return {
    stages: [...stages, ...(confirm > 0 ? [CONFIRM] : [])].map((stage) => ({ stage, model: judge, kind: 'chat' })),
    prompts: stages.map((stage) => prompts.versions[stage]),
    tasks,
    keepDuplicates,
    fingerprint: {
      tasks: tasks.settings,
      keepDuplicates,
      ...asked,
      // JSON leaves it out where nothing is confirmed, as before there were confirmations.
      confirm: confirm > 0 ? confirm : undefined,
      constrain: asked.constrain ?? null,
      ...(set !== FIRST_SET && since),
      ...(sending && { sending }),
    },
    noticesOf: () => setNotices([judge], [set]),
    optionsFor: (prompt) => optionsFor(prompt, namesIn),
    callsOf: ({ passages }) => Math.ceil(passages.length / passagesPerCall) * votes,
    create: (identities) => sendingWith(sending, arhn(settingsOf(identities))),
    check: checkSending(
      sending,
      arhnCheck(
        passagesPerCall === 1,
        settingsOf,
        (row, evidence) => findsIn(row, evidence, { ...options, confirm: 0 }) ?? [],
      ),
    ),
    forecast: ARHN_FORECAST,
    suspectIn,
    tally: () => new ArhnTally(options),
    pilot: () => new ArhnPilot(permutations === 1),
    ...(passagesPerCall > 1 && {
      instead: { label: 'with --passages-per-call 1', plan: () => plan({ ...options, passagesPerCall: 1 }) },
    }),
  }
}

/** The names of the prompts of a set. */
const namesIn = (set: PromptSet) => Object.values(arhnPromptsOf(undefined, set).versions).map(({ name }) => name)

/**
 * What is asked otherwise since there are sets: the order of passages that share a call, and the limit of what is copied from them. A
 * prompt of the user's own is asked as before.
 */
function sinceSets(
  { judge, noThink }: ArhnGatherValues,
  passagesPerCall: number,
  set: PromptSet,
  { versions }: ArhnPrompts,
): Pick<ArhnSettings, 'isShuffled' | 'isCapped'> {
  if (set === FIRST_SET || versions.extract.name.startsWith('own:')) return { isShuffled: false, isCapped: false }
  const isRecorded = typeof judge === 'string' && judge.startsWith('replay:')
  const thinks = set === 'reasoning' || (judge !== undefined && isThinking(judge))
  return { isShuffled: passagesPerCall > 1 && !isRecorded, isCapped: noThink || !thinks }
}

/** @throws UsageError when words are to be held to the form of a list */
function assertLists({ compare }: ArhnPrompts, constrain: ArhnGatherValues['constrain']): void {
  if (compare === undefined || constrain === 'off') return
  throw new UsageError(
    `--constrain ${constrain} holds rankings to their form, and the prompt set small asks for none`,
    {
      hint: 'Leave it out: small models compare two texts and answer with a word. Or rank lists with --prompt-set paper.',
    },
  )
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

// percpos as commands see it: options in, method and policy out.
import { percposPolicy } from './policy.ts'
import { UsageError } from '../../base/errors.ts'
import { percposCheck } from './check.ts'
import { scoresText, scoringIn } from '../../llm/scoring.ts'
import type { Figures, MethodDefinition, MethodPlan, NamedModel } from '../../method/definition.ts'
import type { Refusal } from '../../rows/scan.ts'
import { chosenTasks, TASKS_BEFORE, tasksOf } from '../../method/options.ts'
import { percposLines } from './lines.ts'
import { percpos, SCORE_STAGE } from './method.ts'
import { minerAmong } from '../../mining/miner-among.ts'
import {
  PERCPOS_GATHER_OPTIONS,
  PERCPOS_POLICY_OPTIONS,
  percposPolicyOptionsOf,
  type PercposGatherValues,
  type PercposPolicyValues,
} from './options.ts'
import { PercposPilot } from './pilot.ts'
import { PERCPOS_PROMPT } from './request.ts'
import { PERCPOS_SCALES } from './scale.ts'
import { PercposSurvey } from './survey.ts'

type Values = PercposGatherValues & PercposPolicyValues

export const percposDefinition: MethodDefinition = {
  name: 'percpos',
  summary:
    "an encoder or reranker scores passages; negatives close to a positive's score are removed (arXiv 2407.15831)",
  verdicts: [],
  gatherOptions: PERCPOS_GATHER_OPTIONS,
  policyOptions: PERCPOS_POLICY_OPTIONS,
  choose: (options) => chosenTasks(options as Values),
  before: TASKS_BEFORE,
  redecided: [],
  scales: PERCPOS_SCALES,
  plan: (options) => plan(options as Values),
  policy: (options, _gathered, surveyed: Figures = {}) =>
    percposPolicy(percposPolicyOptionsOf(options as PercposPolicyValues, surveyed['share'] ?? undefined)),
  survey: (options) => new PercposSurvey(options as PercposPolicyValues),
  describe: percposLines,
}

const WHICH =
  'Give a good encoder or reranker that did not mine these rows: --scorer hf:models/reranker, or --scorer MODEL@http://HOST:PORT/rerank.'

function plan(options: Values): MethodPlan {
  const { scorer, passagesPerCall, keepDuplicates } = options
  if (scorer === undefined) {
    throw new UsageError('no scorer given', {
      hint: WHICH,
    })
  }
  if (/^bm25$/i.test(scorer)) {
    throw new UsageError(
      'BM25 is not a scorer: it identifies few false negatives among its own results (docs/methods/percpos.md)',
      {
        hint: WHICH,
      },
    )
  }
  const tasks = tasksOf(options)
  const create = ({ [SCORE_STAGE]: identity }: Record<string, string>) =>
    percpos({ scorer: identity as string, taskOf: tasks.of, passagesPerCall })
  return {
    stages: [{ stage: SCORE_STAGE, model: scorer, kind: 'scorer' }],
    prompts: [PERCPOS_PROMPT],
    tasks,
    keepDuplicates,
    fingerprint: { tasks: tasks.settings, passagesPerCall, keepDuplicates },
    refusal: (row, { [SCORE_STAGE]: model }) => model && refusal(minerAmong(row, model), model),
    create,
    check: percposCheck(passagesPerCall, options.bar, create),
    callsOf: ({ passages }) => Math.ceil(passages.length / passagesPerCall),
    forecast: {
      reply: ({ messages }) => scoresText(scoringIn(messages).passages.map(() => 0)),
      replyTokens: () => 0,
      share: () => ({ low: 1, high: 1 }),
    },
    pilot: () => new PercposPilot(new PercposSurvey(options)),
  }
}

function refusal(miner: string | undefined, { name }: NamedModel): Refusal | undefined {
  if (miner === undefined) return undefined
  return {
    reason: `the scorer ${name} also mined the negatives (${miner}), so they score high by construction`,
    hint: 'Use another --scorer, ideally a reranker.',
  }
}

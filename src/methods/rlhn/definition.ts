// RLHN as commands see it: options in, method and policy out.
import { rlhnPolicy } from './policy.ts'
import type { MethodDefinition } from '../../method/definition.ts'
import { chosenTasks, TASKS_BEFORE } from '../../method/options.ts'
import { assertConfirmed, CONFIRMATION_FIELD, confirmationLines, confirmOf } from '../../policy/confirming.ts'
import { assertMeasurable, MEASURED_FIELD, measuredLines } from '../../policy/measured.ts'
import { FIRST_SET, promptLines, setsOf } from '../../prompts/prompt-set.ts'
import {
  fixingOptions,
  policyOptionsOf,
  RLHN_BEARING,
  wantsConfirmed,
  RLHN_GATHER_OPTIONS,
  RLHN_POLICY_OPTIONS,
  type RlhnValues,
} from './options.ts'
import { foundIn, planOf } from './plan.ts'
import { spotCheckLines, type SpotCheck } from './spot-check.ts'
import { RLHN_SCALES } from './scale.ts'

export const rlhnDefinition: MethodDefinition = {
  name: 'rlhn',
  summary: 'a cheap model screens rows, a strong model relabels false negatives (arXiv 2505.16967)',
  verdicts: ['better', 'worse', 'irrelevant'],
  gatherOptions: RLHN_GATHER_OPTIONS,
  policyOptions: RLHN_POLICY_OPTIONS,
  plan: (options) => planOf(options as RlhnValues),
  redecided: ['confirm'],
  scales: RLHN_SCALES,
  policy: (options, gathered, surveyed) => {
    const values = options as RlhnValues
    assertMeasurable(values, RLHN_BEARING, fixingOptions(values))
    assertConfirmed(values, gathered)
    return rlhnPolicy(policyOptionsOf(values, surveyed))
  },
  finds: {
    bearing: RLHN_BEARING,
    confirmed: 'better',
    in: (_row, evidence, options) => foundIn(evidence, policyOptionsOf(options as RlhnValues).confirm),
  },
  choose: (options, isDecidedElsewhere) => chosen(options as RlhnValues, isDecidedElsewhere),
  before: { ...TASKS_BEFORE, promptSet: [FIRST_SET], shuffle: 'off', confirm: 0 },
  describe: (_figures, { spotCheck = null, prompts, confirmation, measured } = {}) => [
    ...spotCheckLines(spotCheck as SpotCheck | null),
    ...confirmationLines(confirmation),
    ...measuredLines(measured),
    ...promptLines(prompts),
  ],
  sections: [{ name: 'spotCheck', after: 'falseNegativesPerRow' }, CONFIRMATION_FIELD, MEASURED_FIELD],
}

/** The prompts by the models' names; and documents are shuffled where nothing that is recorded, and no preset of the paper, rests on the row's order. */
function chosen(values: RlhnValues, isDecidedElsewhere: boolean) {
  const { screen, judge, promptSet, shuffle, preset, confirm } = values
  const models = [screen, judge].filter((model) => model !== undefined)
  const isRecorded = models.some((model) => typeof model === 'string' && model.startsWith('replay:'))
  const isExact = isRecorded || preset !== 'safe'
  return {
    ...chosenTasks(values),
    promptSet: setsOf(promptSet, models),
    shuffle: shuffle ?? (isExact ? 'off' : SHUFFLE_SEED),
    confirm: confirmOf(confirm, models, wantsConfirmed(values) && !isDecidedElsewhere),
  } as const
}

const SHUFFLE_SEED = 1

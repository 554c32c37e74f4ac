// The policy of RLHN: the verdicts of the last stage that ran, each mapped to an action (arXiv 2505.16967, section 3 and its released code).
import { decidingStage, unreadOf, type Verdict } from '../../evidence/evidence.ts'
import {
  carryOut,
  changeFor,
  COMMON_DEFAULTS,
  droppedRow,
  undecidedRow,
  type CommonOptions,
} from '../../policy/changes.ts'
import type { Action, Policy } from '../../policy/policy.ts'

export interface RlhnPolicyOptions extends CommonOptions {
  /** For a negative that is preferable to the positives (for the judge, or as good as they are). */
  better: Action
  /** For a negative that is relevant, but weaker than the positives. */
  worse: Action
  /** A row is dropped as ambiguous if the policy would relabel or remove more of its negatives than this. */
  maxFalseNegatives: number
}

/** The paper's text, the paper's code, and our own: a passage that is relevant but weaker is neither positive nor negative. */
export const RLHN_PRESETS = {
  'rlhn-text': { better: 'relabel', worse: 'keep', maxFalseNegatives: 7 },
  'rlhn-code': { better: 'relabel', worse: 'relabel', maxFalseNegatives: 8 },
  safe: { better: 'relabel', worse: 'remove', maxFalseNegatives: 7 },
} as const satisfies Record<string, Pick<RlhnPolicyOptions, 'better' | 'worse' | 'maxFalseNegatives'>>

export type RlhnPreset = keyof typeof RLHN_PRESETS

/** The defaults of the policy when no options are given. */
export const RLHN_POLICY_DEFAULTS: RlhnPolicyOptions = { ...RLHN_PRESETS.safe, ...COMMON_DEFAULTS }

export function rlhnPolicy(options: RlhnPolicyOptions = RLHN_POLICY_DEFAULTS): Policy {
  return (row, evidence) => {
    const stage = decidingStage(evidence)
    const [unread, ...more] = unreadOf(evidence)
    if (unread) return undecidedRow(row, [unread, ...more], options)

    const relevant = evidence.filter(
      (item): item is Verdict => item.kind === 'verdict' && item.stage === stage && item.verdict !== 'irrelevant',
    )
    const places = new Map(row.passages.map(({ id }, index) => [id, index]))
    relevant.sort((a, b) => (places.get(a.passage) ?? 0) - (places.get(b.passage) ?? 0))
    const planned = relevant.map((item) => ({
      ...item,
      action: options[item.verdict === 'better' ? 'better' : 'worse'],
    }))
    const dropper = planned.find(({ action }) => action === 'drop-row')
    if (dropper) {
      const { verdict, passage } = dropper
      const why = `the passage ${passage} is ${verdict}: drop-row`
      return droppedRow(row, relevant.length, `holds a ${verdict} passage`, why)
    }
    const moved = planned.filter(({ action }) => action !== 'keep').length
    const most = options.maxFalseNegatives
    if (moved > most) {
      const why = `${moved} false negatives, more than ${most}: ambiguous`
      return droppedRow(row, relevant.length, `ambiguous: more than ${most} false negatives`, why)
    }
    const changes = planned.flatMap(({ action, ...item }) => changeFor(row, item, action))
    return carryOut(row, evidence, changes, relevant.length, options)
  }
}

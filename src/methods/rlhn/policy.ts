// The policy of RLHN: the verdicts of the last stage that ran, each mapped to an action (arXiv 2505.16967, section 3 and its released code).
import { decidingStage, unreadOf, type Evidence, type Verdict } from '../../evidence/evidence.ts'
import {
  carryOut,
  changeFor,
  COMMON_DEFAULTS,
  droppedRow,
  undecidedRow,
  type CommonOptions,
} from '../../policy/changes.ts'
import { CONFIRM, NOT_CONFIRMED } from '../../policy/confirming.ts'
import type { Action, Policy } from '../../policy/policy.ts'

export interface RlhnPolicyOptions extends CommonOptions {
  /** For a negative that is preferable to the positives (for the judge, or as good as they are). */
  better: Action
  /** For one that is so in the first order of showing, and not in every further one. */
  unconfirmed: Action
  /** The further orders that have to confirm it. Paper: 0. */
  confirm: number
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
export const RLHN_POLICY_DEFAULTS: RlhnPolicyOptions = {
  ...RLHN_PRESETS.safe,
  unconfirmed: 'remove',
  confirm: 0,
  ...COMMON_DEFAULTS,
}

/** What the policy acts upon. */
export interface RlhnFind {
  verdict: 'better' | 'unconfirmed' | 'worse'
  /** The verdict of the last stage. */
  item: Verdict
}

/**
 * Returns what the last stage found relevant, in its order.
 * @param confirm the further orders in which it must call a document better, too
 */
export function findsIn(evidence: Evidence[], confirm: number): RlhnFind[] {
  const verdicts = evidence.filter((item) => item.kind === 'verdict')
  const stage = decidingStage(evidence.filter((item) => !('stage' in item) || item.stage !== CONFIRM))
  const again = Map.groupBy(
    verdicts.filter((item) => item.stage === CONFIRM),
    ({ passage }) => passage,
  )
  return verdicts.flatMap((item): RlhnFind[] => {
    if (item.stage !== stage || item.verdict === 'irrelevant') return []
    if (item.verdict !== 'better') return [{ verdict: 'worse', item }]
    const orders = (again.get(item.passage) ?? []).filter(({ order = 1 }) => order <= confirm + 1)
    const isConfirmed = orders.length >= confirm && orders.every(({ verdict }) => verdict === 'better')
    return [{ verdict: isConfirmed ? 'better' : 'unconfirmed', item }]
  })
}

export function rlhnPolicy(options: RlhnPolicyOptions = RLHN_POLICY_DEFAULTS): Policy {
  return (row, evidence) => {
    const [unread, ...more] = unreadOf(evidence)
    if (unread) return undecidedRow(row, [unread, ...more], options)

    const places = new Map(row.passages.map(({ id }, index) => [id, index]))
    const planned = findsIn(evidence, options.confirm)
      .map(({ verdict, item }) => ({
        ...item,
        ...(verdict === 'unconfirmed' && because(item)),
        action: options[verdict],
      }))
      .sort((a, b) => (places.get(a.passage) ?? 0) - (places.get(b.passage) ?? 0))
    const dropper = planned.find(({ action }) => action === 'drop-row')
    if (dropper) {
      const { verdict, passage } = dropper
      const why = `the passage ${passage} is ${verdict}: drop-row`
      return droppedRow(row, planned.length, `holds a ${verdict} passage`, why)
    }
    const moved = planned.filter(({ action }) => action !== 'keep').length
    const most = options.maxFalseNegatives
    if (moved > most) {
      const why = `${moved} false negatives, more than ${most}: ambiguous`
      return droppedRow(row, planned.length, `ambiguous: more than ${most} false negatives`, why)
    }
    const changes = planned.flatMap(({ action, ...item }) => changeFor(row, item, action))
    return carryOut(row, evidence, changes, planned.length, options)
  }
}

const because = ({ reason = '' }: Verdict) => ({ reason: `${NOT_CONFIRMED}: ${reason}`.replace(/: $/, '') })

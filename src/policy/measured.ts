// A policy whose actions follow from the measured precision of each kind of find: its options, its actions, and what people are told.
import { UsageError } from '../base/errors.ts'
import { percent } from '../base/format.ts'
import { choice, flagOf, integer, text, texts, type OptionValues } from '../options/options.ts'
import { BEARABLE_OPTIONS, bearableAction, type BearableAction, type Bounds } from './bearable.ts'

export const MEASURED_OPTIONS = {
  policy: choice(['fixed', 'measured'], {
    help: 'fixed: the actions of the options; measured: for each verdict the action that its precision justifies, by --gold, else by the canaries of the check',
    default: 'fixed',
  }),
  gold: text('FILE', {
    help: '--policy measured: what people say of passages of these rows: gold.jsonl, or qrels whose queries are the rows',
  }),
  relevanceLevel: integer('N', {
    help: '--policy measured: the lowest grade of gold that counts as relevant',
    default: 1,
    rare: true,
  }),
  precision: texts('VERDICT=SHARE', {
    help: '--policy measured: how precise a verdict is at least, where that is known already',
    rare: true,
  }),
  relabelFrom: { ...BEARABLE_OPTIONS.relabelFrom, isRare: true },
  removeFrom: { ...BEARABLE_OPTIONS.removeFrom, isRare: true },
}

export type MeasuredValues = OptionValues<typeof MEASURED_OPTIONS>

/** The kinds of finds of a method, each with the most that may be done about it. */
export type Bearing = Readonly<Record<string, BearableAction>>

/** The kind of find that not every order of showing finds. */
export const UNCONFIRMED = 'unconfirmed'

/** A passage that a method found, and the kind of find. */
export interface Find {
  passage: string
  verdict: string
}

/** Where the precision comes from. */
export type PrecisionSource = 'gold' | 'canaries' | 'given'

/** What is known of one kind of find. Counts are null where the precision was given. */
interface MeasuredVerdict {
  finds: number | null
  right: number | null
  /** The lower end of the 95% interval of the precision; null if it could not be measured. */
  atLeast: number | null
  action: BearableAction
}

/** A section of the manifest. */
export interface Measured extends Bounds {
  source: PrecisionSource
  gold: string | null
  verdicts: Record<string, MeasuredVerdict>
}

/** The field of the manifest for methods with such a policy. */
export const MEASURED_FIELD = { name: 'measured', after: 'falseNegativesPerRow' } as const

/** The name of the figure that holds the precision of a kind of find. */
export const atLeastOf = (verdict: string): string => `${verdict}AtLeast`

export const isMeasured = ({ policy }: Partial<Pick<MeasuredValues, 'policy'>>): boolean => policy === 'measured'

/** Returns the action for each kind of find. What was not measured is kept. */
export function measuredActions<B extends Bearing>(
  bearing: B,
  bounds: Bounds,
  figures: Readonly<Record<string, number | null>>,
): Record<keyof B, BearableAction> {
  const actions = Object.entries(bearing).map(([verdict, strongest]) => {
    const low = figures[atLeastOf(verdict)] ?? null
    return [verdict, bearableAction({ low }, bounds, strongest)]
  })
  return Object.fromEntries(actions) as Record<keyof B, BearableAction>
}

/**
 * Checks that the options fit together.
 * @param fixing options given that fix an action, by name
 * @throws UsageError
 */
export function assertMeasurable(values: MeasuredValues, bearing: Bearing, fixing: readonly string[]): void {
  if (!isMeasured(values)) {
    const idle = [
      ...(values.gold === undefined ? [] : ['gold']),
      ...(values.precision.length === 0 ? [] : ['precision']),
    ]
    if (idle.length === 0) return
    throw new UsageError(`${idle.map(flagOf).join(', ')}: no effect without --policy measured`)
  }
  if (fixing.length > 0) {
    throw new UsageError(`--policy measured and ${fixing.map(flagOf).join(', ')} exclude each other`, {
      hint: 'Measured precision decides what is done, or these options do.',
    })
  }
  if (values.gold !== undefined && values.precision.length > 0) {
    throw new UsageError('--gold and --precision exclude each other: the precision is measured, or known already')
  }
  precisionGiven(values, bearing)
}

/** Returns the precision given for each kind of find. @throws UsageError for anything else */
export function precisionGiven(
  { precision }: Pick<MeasuredValues, 'precision'>,
  bearing: Bearing,
): Map<string, number> {
  return new Map(
    precision.map((each) => {
      const [, verdict = '', share = ''] = /^(.+)=(\d*\.?\d+)$/.exec(each) ?? []
      if (verdict in bearing && Number(share) <= 1) return [verdict, Number(share)]
      const allowed = Object.keys(bearing).join(', ')
      throw new UsageError(`--precision ${each}: allowed: VERDICT=SHARE, a share from 0 to 1 of one of ${allowed}`)
    }),
  )
}

/** Writes down the precision of every kind of find that was measured, as the option that gives it. */
export const precisionOptions = ({ verdicts }: Measured): string[] =>
  Object.entries(verdicts).flatMap(([verdict, { atLeast }]) => (atLeast === null ? [] : [`${verdict}=${atLeast}`]))

const SOURCES: Record<PrecisionSource, (gold: string | null) => string> = {
  gold: (gold) => `on the gold in ${gold}`,
  canaries: () => 'on the canaries of the check, which are easy: they show a bad judge and prove no good one',
  given: () => 'elsewhere (--precision)',
}

const DONE: Record<BearableAction, string> = {
  relabel: 'relabel, become positives',
  remove: 'remove, leave the negatives',
  keep: 'keep, stay negatives',
}

/** Returns what was measured and what follows from it, in whole lines. */
export function measuredLines(measured: unknown): string[] {
  if (measured === null || measured === undefined) return []
  const { source, gold, relabelFrom, removeFrom, verdicts } = measured as Measured
  return [
    `policy: by precision measured ${SOURCES[source](gold)}; relabel from ${percent(relabelFrom)}, remove from ${percent(removeFrom)}`,
    ...Object.entries(verdicts).map(([verdict, each]) => `  ${verdict.padEnd(12)} ${verdictText(each)}`),
  ]
}

function verdictText({ finds, right, atLeast, action }: MeasuredVerdict): string {
  const counts = finds === null ? '' : finds === 0 ? 'none among them' : `${right} of ${finds} right`
  const bound = atLeast === null ? (finds === 0 ? '' : 'too few rows to tell') : `at least ${percent(atLeast)} right`
  return `${[counts, bound].filter((part) => part !== '').join(', ') || 'not given'}: ${DONE[action]}`
}

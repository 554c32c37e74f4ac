// The word of people over that of judges: where an assessor has spoken of a negative, what models said of it does not count.
import type { Evidence, Human } from '../evidence/evidence.ts'
import { plural } from '../base/format.ts'
import { choice, type OptionValues } from '../options/options.ts'
import { labelled, type Row } from '../rows/row.ts'
import { carryOut, changeFor, type CommonOptions } from './changes.ts'
import type { DecidedRow } from './decided.ts'
import { isUndecided, type Action, type Change, type Policy } from './policy.ts'

export const HUMAN_OPTIONS = {
  human: choice(['ignore', 'overrides'], {
    help: 'what people said in an audit: ignore it, or let it win over the judges (winnow audit report puts it into the ledger)',
    default: 'ignore',
  }),
  humanRelevant: choice(['relabel', 'remove'], {
    help: '--human overrides: what happens to a negative that people call relevant',
    default: 'relabel',
  }),
}
export type HumanValues = OptionValues<typeof HUMAN_OPTIONS>

/** What people say together of a negative: most of them, or `disputed` if as many say one thing as the other. */
type HumanWord = 'relevant' | 'irrelevant' | 'disputed'

interface HumanVerdict {
  word: HumanWord
  /** Those who said it, or who dispute it. */
  by: Human[]
}

/** Returns what people say together of each negative that one of them graded, in the order of the row. */
function humanVerdicts(row: Row, evidence: readonly Evidence[]): Map<string, HumanVerdict> {
  const said = Map.groupBy(
    evidence.filter((item) => item.kind === 'human'),
    ({ passage }) => passage,
  )
  if (said.size === 0) return new Map()
  const found = labelled(row, 'negative').flatMap(({ id }): [string, HumanVerdict][] => {
    const all = (said.get(id) ?? []).filter(({ verdict }) => verdict === 'relevant' || verdict === 'irrelevant')
    const relevant = all.filter(({ verdict }) => verdict === 'relevant')
    if (all.length === 0) return []
    if (2 * relevant.length === all.length) return [[id, { word: 'disputed', by: all }]]
    const word = 2 * relevant.length > all.length ? 'relevant' : 'irrelevant'
    return [[id, { word, by: all.filter(({ verdict }) => verdict === word) }]]
  })
  return new Map(found)
}

/**
 * Wraps a policy so that people's word wins: a negative that most call irrelevant stays one, whatever a judge found; one that most call
 * relevant leaves the negatives, also in a row that no judge could read. Where they disagree evenly, the policy decides. A row that the
 * policy drops for its other passages stays dropped.
 */
export function withHumans(policy: Policy, { humanRelevant }: HumanValues, common: CommonOptions): Policy {
  return (row, evidence) => {
    const verdicts = humanVerdicts(row, evidence)
    const decided = new Map([...verdicts].filter(([, { word }]) => word !== 'disputed'))
    if (decided.size === 0) return policy(row, evidence)
    const others = evidence.filter((item) => !isOverruled(item, decided))
    const decision = policy(row, others)
    const relevant = [...decided].filter(([, { word }]) => word === 'relevant')
    const falseNegatives = decision.falseNegatives + relevant.length
    if (decision.outcome === 'dropped' || relevant.length === 0) return { ...decision, falseNegatives }
    const changes = relevant.flatMap(([passage, { by }]) => changeOf(row, passage, by, humanRelevant))
    const known = isUndecided(decision) ? [] : others
    const carried = carryOut(row, known, [...decision.changes, ...changes], falseNegatives, common)
    return { ...carried, unread: decision.unread }
  }
}

/** Copies of a positive leave the negatives whatever anyone says: a text never has two labels. */
function isOverruled(item: Evidence, decided: ReadonlyMap<string, HumanVerdict>): boolean {
  if (item.kind === 'known' && item.stage === 'duplicate') return false
  const isSaid = ['verdict', 'rank', 'score', 'known', 'unjudged'].includes(item.kind)
  return isSaid && 'passage' in item && decided.has(item.passage)
}

function changeOf(row: Row, passage: string, by: readonly Human[], action: Action): Change[] {
  const names = by.map(({ who, grade }) => (grade === undefined ? who : `${who} (grade ${grade})`))
  return changeFor(
    row,
    { passage, stage: 'human', verdict: 'relevant', reason: `relevant: ${names.join(', ')}` },
    action,
  )
}

/** What people's word did, for the manifest. All are negatives that people graded. */
export interface HumanCounts {
  /** Whether it won over the judges. */
  overrides: boolean
  relevant: number
  irrelevant: number
  disputed: number
  /** Of those that people agree about: in rows that were dropped all the same. */
  inDroppedRows: number
}

/** Counts people's word row by row. */
export class HumanCount {
  readonly #overrides: boolean
  readonly #counts = { relevant: 0, irrelevant: 0, disputed: 0, inDroppedRows: 0 }

  constructor({ human }: Partial<HumanValues>) {
    this.#overrides = human === 'overrides'
  }

  add({ entry, evidence, decision }: Pick<DecidedRow, 'entry' | 'evidence' | 'decision'>): void {
    for (const { word } of humanVerdicts(entry.row, evidence).values()) {
      this.#counts[word] += 1
      if (word !== 'disputed' && decision.outcome === 'dropped') this.#counts.inDroppedRows += 1
    }
  }

  /** Undefined if nobody graded a negative. */
  get found(): HumanCounts | undefined {
    const { relevant, irrelevant, disputed } = this.#counts
    return relevant + irrelevant + disputed === 0 ? undefined : { overrides: this.#overrides, ...this.#counts }
  }
}

/** The same for the summary. */
export function humanLines(counts: HumanCounts | undefined): string[] {
  if (counts === undefined) return []
  const { overrides, relevant, irrelevant, disputed, inDroppedRows } = counts
  const graded = plural(relevant + irrelevant + disputed, 'negative')
  const said = `people on ${graded}: ${relevant} relevant, ${irrelevant} not, ${disputed} disputed`
  if (!overrides) return [`${said}; not used (--human overrides)`]
  return [
    `${said}; their word counts instead of the judges', where they agree`,
    ...(inDroppedRows > 0 ? [`  ${inDroppedRows} of them in rows that are dropped for other passages`] : []),
  ]
}

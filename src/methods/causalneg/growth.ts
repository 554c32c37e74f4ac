// Counts what growing came to: passages written, kept and refused, by reason and by strategy, and how hard they are.
import { bump } from '../../base/counts.ts'
import { HARDNESS, valuesBy, type DecidedRow, type NamedSource } from '../decided.ts'
import { STRATEGIES, type Evidence } from '../../evidence/evidence.ts'
import type { Origin } from '../../rows/row.ts'
import { bestSplit, SourceCounts, type SourceGroup, type Split } from '../../rows/sources.ts'
import { brokenBy, followed, hardnessOf, type CandidateHistory } from './candidates.ts'
import { TenthTotals, type ShareFigures } from '../../statistics/tenths.ts'

/** The field of a manifest. */
export interface CausalnegSections {
  /** What was written for the rows; null where the method writes nothing. */
  growth: Growth | null
}

/** What a manifest says of growing. */
export interface Growth {
  /** Rows that were given passages; and those that something was written for, none of which they were given. */
  rows: { grown: number; inVain: number }
  passages: {
    written: number
    accepted: number
    /** Written a second time because the first was refused; among those written. */
    rewritten: number
  }
  /** Passages that gates stopped, by gate. */
  gates: Record<string, number>
  /** Passages that passed the gates and are not added, by why: what their verification found, or that they are too easy. */
  discarded: Record<string, number>
  byStrategy: Record<string, { written: number; accepted: number }>
  /** Negatives in the rows as they were written, by where they came from. */
  negatives: Record<Origin, number>
  /** How many rows have so many generated negatives: `{ "0": 12, "3": 40 }`. */
  generatedPerRow: Record<string, number>
  /** The rows by how many mined and how many generated negatives they have; most rows first. */
  groups: SourceGroup[]
  /** The number of mined negatives that a trainer which goes by order is best told; null where nothing is generated. */
  split: Split | null
  /** Null where nothing was measured. */
  hardness: Hardness | null
}

/** Of all passages that passed, before --min-hardness. */
export interface Hardness {
  encoder: NamedSource
  all: ShareFigures
  byStrategy: Record<string, ShareFigures>
  /** By how many requirements a passage does not fulfil, and how many of these are critical. */
  byBroken: (ShareFigures & { broken: number; critical: number })[]
}

export class GrowthTotals {
  readonly #rows = { grown: 0, inVain: 0 }
  readonly #passages = { written: 0, accepted: 0, rewritten: 0 }
  readonly #gates: Record<string, number> = {}
  readonly #discarded: Record<string, number> = {}
  readonly #byStrategy: Growth['byStrategy'] = {}
  readonly #sources = new SourceCounts()
  #encoder: NamedSource | undefined
  readonly #hardness = new TenthTotals()
  readonly #hardnessByStrategy = new Map<string, TenthTotals>()
  readonly #hardnessByBroken = new Map<string, TenthTotals>()

  add(decided: DecidedRow): void {
    const { evidence, decision, remarks } = decided
    const hardness = valuesBy(decided, HARDNESS)
    this.#encoder ??= remarks.find(({ stage, by }) => stage === HARDNESS && by !== undefined)?.by
    const all = followed(evidence, decision)
    for (const each of all) this.#addCandidate(each)
    for (const each of all) this.#addHardness(each, evidence, hardness)
    if (decision.added !== undefined && decision.added.length > 0) this.#rows.grown += 1
    else if (all.length > 0) this.#rows.inVain += 1
    if (decision.outcome !== 'dropped') this.#sources.add(decision.row)
  }

  #addCandidate({ candidate, added, discarded }: CandidateHistory): void {
    const { strategy, attempt, fault } = candidate
    const ofStrategy = (this.#byStrategy[strategy] ??= { written: 0, accepted: 0 })
    this.#passages.written += 1
    ofStrategy.written += 1
    if (attempt > 1) this.#passages.rewritten += 1
    if (added) {
      this.#passages.accepted += 1
      ofStrategy.accepted += 1
    }
    if (fault) bump(this.#gates, fault.gate)
    else if (discarded) bump(this.#discarded, discarded.code)
  }

  #addHardness(
    each: CandidateHistory,
    evidence: readonly Evidence[],
    hardness: ReadonlyMap<string, number | null>,
  ): void {
    const { strategy } = each.candidate
    const share = hardnessOf(each, hardness)
    if (share === undefined || share === null) return
    const requirements = evidence.find((item) => item.kind === 'analysis')?.requirements ?? []
    const broken = brokenBy(each, requirements)
    const critical = broken.filter(({ isCritical }) => isCritical).length
    this.#hardness.add(share)
    totalsIn(this.#hardnessByStrategy, strategy).add(share)
    totalsIn(this.#hardnessByBroken, `${broken.length} ${critical}`).add(share)
  }

  report(): Growth {
    const { negatives, groups } = this.#sources.result()
    const generatedPerRow: Growth['generatedPerRow'] = {}
    for (const { generated, rows } of groups) bump(generatedPerRow, String(generated), rows)
    return {
      rows: this.#rows,
      passages: this.#passages,
      gates: this.#gates,
      discarded: this.#discarded,
      byStrategy: this.#byStrategy,
      negatives,
      generatedPerRow,
      groups,
      split: bestSplit({ groups }) ?? null,
      hardness: this.#encoder ? this.#hardnessOf(this.#encoder) : null,
    }
  }

  #hardnessOf(encoder: NamedSource): Hardness {
    const byBroken = [...this.#hardnessByBroken].map(([key, totals]) => {
      const [broken, critical] = key.split(' ').map(Number) as [number, number]
      return { broken, critical, ...totals.figures() }
    })
    return {
      encoder,
      all: this.#hardness.figures(),
      byStrategy: Object.fromEntries(
        STRATEGIES.flatMap((name) => {
          const totals = this.#hardnessByStrategy.get(name)
          return totals === undefined ? [] : [[name, totals.figures()]]
        }),
      ),
      byBroken: byBroken.toSorted((a, b) => a.broken - b.broken || a.critical - b.critical),
    }
  }
}

function totalsIn(map: Map<string, TenthTotals>, key: string): TenthTotals {
  const totals = map.get(key) ?? new TenthTotals()
  map.set(key, totals)
  return totals
}

// Counts the results of growing: passages written, kept and refused, by reason and by strategy, and how hard they are.
import { bump } from '../../base/counts.ts'
import { HARDNESS, valuesBy, type DecidedRow, type NamedSource } from '../../policy/decided.ts'
import { STRATEGIES, type Evidence } from '../../evidence/evidence.ts'
import type { Origin } from '../../rows/row.ts'
import { bestSplit, SourceCounts, type SourceGroup, type Split } from '../../rows/sources.ts'
import { brokenBy, followed, hardnessOf, type CandidateHistory } from './candidates.ts'
import { TenthTotals, type ShareFigures } from '../../statistics/tenths.ts'

/** The field that CausalNeg adds to a manifest. */
export interface CausalnegSections {
  /** Counts about the passages written for the rows; null for methods that write none. */
  growth: Growth | null
}

/** Results of growing in a manifest. */
export interface Growth {
  /** `grown` rows were given passages; for `inVain` rows passages were written but none was added. */
  rows: { grown: number; inVain: number }
  passages: {
    written: number
    accepted: number
    /** Written a second time because the first was refused; included in `written`. */
    rewritten: number
  }
  /** Passages that gates stopped, by gate. */
  gates: Record<string, number>
  /** Passages that passed the gates but were not added, by reason: a finding of their verification, or too easy. */
  discarded: Record<string, number>
  byStrategy: Record<string, { written: number; accepted: number }>
  /** Negatives in the output rows, by origin. */
  negatives: Record<Origin, number>
  /** Number of rows by number of generated negatives: `{ "0": 12, "3": 40 }`. */
  generatedPerRow: Record<string, number>
  /** Number of rows by numbers of mined and generated negatives; most rows first. */
  groups: SourceGroup[]
  /** The best number of mined negatives to give a trainer that goes by order; null if nothing was generated. */
  split: Split | null
  /** Null if nothing was measured. */
  hardness: Hardness | null
}

/** Hardness of all passages that passed, before --min-hardness. */
export interface Hardness {
  encoder: NamedSource
  all: ShareFigures
  byStrategy: Record<string, ShareFigures>
  /** Grouped by the number of requirements that a passage does not fulfil, and how many of them are critical. */
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

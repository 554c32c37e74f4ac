// Collects the rows of a plan: those with something to ask, by the stages at which they stand, and those with replies.
import type { Forecast } from '../../method/definition.ts'
import { addTo, type OpenRow, type RepliesOfStage, type SeenRow } from './account.ts'
import { shareElsewhere } from './places.ts'
import { Totals, type Besides, type Group, type ReplySource } from './totals.ts'

/** Sums rows up. Of those that were counted, each stands for `standsFor` rows. */
export class RowTotals implements ReplySource {
  readonly #forecast: Pick<Forecast, 'share'>
  readonly #stages: readonly string[]
  readonly #groups = new Map<string, Group>()
  readonly #seen: SeenRow[] = []
  /** Counted rows one by one, to know how they differ; undefined for those with nothing to ask. */
  readonly #counted: (OpenRow | undefined)[] = []

  constructor(stages: readonly string[], forecast: Pick<Forecast, 'share'>) {
    this.#stages = stages
    this.#forecast = forecast
  }

  /** Adds one of the counted rows. */
  add(row: OpenRow | undefined): void {
    this.#counted.push(row)
    if (row === undefined) return
    const key = `${row.at.join('+')} ${row.behind.join('+')}`
    const { at, behind } = row
    const group: Group = this.#groups.get(key) ?? { at, behind, rows: [], pending: new Map(), following: new Map() }
    group.rows.push(row)
    for (const part of ['pending', 'following'] as const)
      for (const [stage, amounts] of row[part]) addTo(group[part], stage, amounts)
    this.#groups.set(key, group)
  }

  see(row: SeenRow): void {
    this.#seen.push(row)
  }

  get seen(): readonly SeenRow[] {
    return this.#seen
  }

  get counted(): number {
    return this.#counted.length
  }

  /** How many tokens replies had for each that was expected, by stage; undefined without replies. */
  replyRatio(stage: string): number | undefined {
    return this.#ratio(stage, 'output', 'expected')
  }

  /** How many tokens of input the server counted for each that was counted here, by stage; undefined where it told none. */
  inputRatio(stage: string): number | undefined {
    return this.#ratio(stage, 'billed', 'counted')
  }

  #ratio(stage: string, above: keyof RepliesOfStage, below: keyof RepliesOfStage): number | undefined {
    const sum = (name: keyof RepliesOfStage) =>
      this.#seen.reduce((total, { replies }) => total + (replies.get(stage)?.[name] ?? 0), 0)
    return sum(below) > 0 ? sum(above) / sum(below) : undefined
  }

  /** The share of the rows with something to ask that lie where no row has replies. @param rows of the file */
  shareElsewhere(rows: number): number {
    const open = [...this.#groups.values()].flatMap((group) => group.rows.map(({ index }) => index))
    return shareElsewhere(
      this.#seen.map(({ index }) => index),
      open,
      rows,
    )
  }

  /**
   * @param rows of the file, of which those that were added are all or a random sample
   */
  totals(rows: number, besides: Besides = { asked: new Map(), mayBeAsked: new Map() }): Totals {
    return new Totals(this.#stages, [...this.#groups.values()], this.#seen, this.#counted, rows, besides, this)
  }

  shareOf(stage: string): { low: number; high: number } {
    return this.#forecast.share(stage)
  }
}

// What all rows need: requests that are known exactly, and what follows from them by the rows that have replies; else by the method's forecast.
import { RatioTotals, type MeasuredUnit } from '../../statistics/ratio-totals.ts'
import { weightsByPlace } from './places.ts'
import type { Amounts, ByStage, OpenRow, SeenRow } from './account.ts'

/** A total with the ends of its interval of 95%; without measured rows, those of the method's usual range, and no value if they differ. */
export interface Figure {
  value: number | null
  low: number
  high: number
}

/** What counts: so much for each call, token and second of a stage. */
export type Weights = (stage: string) => Partial<Amounts>

/** Rows that stand at the same stages. */
export interface Group {
  at: readonly string[]
  behind: readonly string[]
  rows: OpenRow[]
  pending: ByStage
  following: ByStage
}

const NAMES = ['calls', 'input', 'output', 'seconds'] as const
const ASKED = ['calls', 'input', 'output'] as const

/** What replies may be like that nobody has measured: as long as the method expects, times `length`, and a share asked again. */
interface Unmeasured {
  length: number
  again: number
}
const LEAST: Unmeasured = { length: 0.5, again: 0 }
const EXPECTED: Unmeasured = { length: 1, again: 0 }
const MOST: Unmeasured = { length: 2, again: 0.05 }

/** What a plan knows besides its rows. */
export interface Besides {
  /** What is asked besides them, and what may be. */
  asked: ByStage
  mayBeAsked: ByStage
  /** Whether replies without a measure are as the method expects. */
  assumesReplies?: boolean | undefined
  /** A gate that is measured when the run begins: the least share of rows that it sends on, and to which stage. */
  gate?: { stage: string; share: number } | undefined
}

/** What replies tell, and where there are none the method. */
export interface ReplySource {
  replyRatio(stage: string): number | undefined
  /** The share of rows that reach a stage. */
  shareOf(stage: string): { low: number; high: number }
}

export class Totals {
  readonly #stages: readonly string[]
  readonly #groups: readonly Group[]
  readonly #counted: readonly (OpenRow | undefined)[]
  readonly #source: ReplySource
  readonly #scale: number
  readonly #rows: number
  readonly #besides: Besides
  readonly #ratios: RatioTotals
  readonly #measured: readonly boolean[]

  constructor(
    stages: readonly string[],
    groups: readonly Group[],
    seen: readonly SeenRow[],
    counted: readonly (OpenRow | undefined)[],
    rows: number,
    besides: Besides,
    source: ReplySource,
  ) {
    this.#stages = stages
    this.#groups = groups
    this.#counted = counted
    this.#source = source
    this.#rows = rows
    this.#besides = besides
    this.#scale = counted.length === 0 ? 0 : rows / counted.length
    const units = seen.map((row) => this.#unitOf(row))
    this.#measured = groups.map((_group, at) =>
      units.some(({ x }) => this.#ofGroup(x, at).some((amount) => amount > 0)),
    )
    this.#ratios = new RatioTotals(
      units,
      groups.map((group, at) => ({
        units: group.rows.length * this.#scale,
        x: this.#expectedOf(group, at),
        weights: this.#weightsOf(group, at, seen, units),
        squares: (factors) => this.#squaresOf(group, at, factors),
      })),
    )
  }

  /** Whether what follows is known from replies, for all rows. */
  get isMeasured(): boolean {
    return this.#measured.every(Boolean)
  }

  /** The part that is known exactly, but for not having counted all rows. */
  exact(weights: Weights): number {
    return (
      weighed(this.#besides.asked, weights, ['calls', 'input']) +
      this.#scale * this.#groups.reduce((sum, { pending }) => sum + weighed(pending, weights, ['calls', 'input']), 0)
    )
  }

  figure(weights: Weights): Figure {
    const figure = this.#figure(weights)
    const { gate } = this.#besides
    if (gate === undefined) return figure
    const behind = this.#stages.slice(this.#stages.indexOf(gate.stage))
    const fewest: Weights = (stage) => {
      const times = behind.includes(stage) ? gate.share : 1
      return Object.fromEntries(Object.entries(weights(stage)).map(([name, amount]) => [name, times * amount]))
    }
    return { ...figure, low: Math.min(figure.low, this.#figure(fewest).low) }
  }

  #figure(weights: Weights): Figure {
    const exact = this.exact(weights)
    const vector = new Float64Array(this.#size)
    this.#each((group, at, stage, name, index) => {
      if (this.#measured[at] === true && !group.behind.includes(stage)) vector[index] = weights(stage)[name] ?? 0
    })
    const mayBeZero = (index: number) => {
      const group = this.#groups[Math.floor(index / this.#width)]
      return group?.at.includes(this.#stages[Math.floor((index % this.#width) / NAMES.length)] as string) === false
    }
    const rest = this.#ratios.estimate(vector, mayBeZero, this.#sampling(weights, vector))
    const guess = this.#guess(weights, EXPECTED)
    const [shortest, longest] = this.#besides.assumesReplies === true ? [EXPECTED, EXPECTED] : [LEAST, MOST]
    const [least, most] = [this.#guess(weights, shortest), this.#guess(weights, longest)]
    const isKnown = guess.low === guess.high
    return {
      value: isKnown ? exact + rest.value + guess.low : null,
      // What all rows were counted for is sure to be sent.
      low: Math.max(this.#scale > 1 ? 0 : exact, exact + rest.low) + least.low,
      high:
        exact +
        rest.high +
        most.high +
        weighed(this.#besides.mayBeAsked, weights, ['calls', 'input']) +
        this.#outputOf(this.#besides.mayBeAsked, weights, longest),
    }
  }

  /** Output of calls besides the rows, which replies to rows tell. */
  #outputOf(part: ByStage, weights: Weights, { length }: Unmeasured): number {
    return [...part].reduce(
      (sum, [stage, { output }]) =>
        sum + (weights(stage).output ?? 0) * output * (this.#source.replyRatio(stage) ?? length),
      0,
    )
  }

  get #width(): number {
    return this.#stages.length * NAMES.length
  }

  get #size(): number {
    return this.#groups.length * this.#width
  }

  #each(visit: (group: Group, at: number, stage: string, name: (typeof NAMES)[number], index: number) => void): void {
    this.#groups.forEach((group, at) =>
      this.#stages.forEach((stage, place) =>
        NAMES.forEach((name, which) => visit(group, at, stage, name, at * this.#width + place * NAMES.length + which)),
      ),
    )
  }

  #ofGroup(vector: Float64Array, at: number): Float64Array {
    return vector.subarray(at * this.#width, (at + 1) * this.#width)
  }

  /** What is expected of the open rows of a group, as amounts by quantity; of time, its calls. */
  #expectedOf(only: Group, at: number): Float64Array {
    const x = new Float64Array(this.#size)
    this.#each((group, place, stage, name, index) => {
      if (place !== at || group !== only || group.behind.includes(stage)) return
      x[index] = this.#scale * (expectedIn(group.pending, stage, name) + expectedIn(group.following, stage, name))
    })
    return x
  }

  /** Rows with replies count by how many open rows are near them in the file, if they tell anything of this group. */
  #weightsOf(group: Group, at: number, seen: readonly SeenRow[], units: readonly MeasuredUnit[]): number[] {
    const places = seen.flatMap(({ index }, which) =>
      this.#ofGroup(units[which]?.x as Float64Array, at).some((amount) => amount > 0) ? [{ index, which }] : [],
    )
    const weights = seen.map(() => 0)
    weightsByPlace(
      places.map(({ index }) => index),
      group.rows.map(({ index }) => index),
      this.#rows,
    ).forEach((weight, place) => (weights[(places[place] as { which: number }).which] = weight))
    return weights
  }

  #squaresOf(group: Group, at: number, factors: Float64Array): number {
    const own = this.#ofGroup(factors, at)
    const sizeOf = ({ pending, following }: OpenRow) =>
      this.#stages.reduce(
        (sum, stage, place) =>
          NAMES.reduce((all, name, which) => {
            const factor = own[place * NAMES.length + which] as number
            if (factor === 0) return all
            return all + factor * (expectedIn(pending, stage, name) + expectedIn(following, stage, name))
          }, sum),
        0,
      )
    return this.#scale * group.rows.reduce((sum, row) => sum + sizeOf(row) ** 2, 0)
  }

  /** A row with replies, as a measure for each group whose stages it went through. */
  #unitOf(row: SeenRow): MeasuredUnit {
    const [x, y] = [new Float64Array(this.#size), new Float64Array(this.#size)]
    this.#each((group, _at, stage, name, index) => {
      if (group.behind.includes(stage) || !group.at.every((each) => row.replies.has(each))) return
      x[index] = expectedIn(row.expected, stage, name)
      const actual = row.actual.get(stage)?.[name] ?? 0
      const isCertain = group.at.includes(stage) && (name === 'calls' || name === 'input')
      y[index] = isCertain ? Math.max(0, actual - (row.first.get(stage)?.[name] ?? 0)) : actual
    })
    return { x, y }
  }

  /** What follows where there are no replies to tell. */
  #guess(weights: Weights, unmeasured: Unmeasured): { low: number; high: number } {
    const besides = this.#outputOf(this.#besides.asked, weights, unmeasured)
    const guess = { low: besides, high: besides }
    this.#groups.forEach(({ rows, pending, following }, at) => {
      if (this.#measured[at] === true) return
      for (const stage of this.#stages) {
        const replies = this.#source.replyRatio(stage) ?? unmeasured.length
        const of = (part: ByStage, names: readonly (typeof NAMES)[number][]) =>
          this.#scale *
          names.reduce(
            (sum, name) =>
              sum + (weights(stage)[name] ?? 0) * (part.get(stage)?.[name] ?? 0) * (name === 'output' ? replies : 1),
            0,
          )
        const share = ofSome(this.#source.shareOf(stage), this.#scale * rows.length)
        const [certain, may] = [of(pending, ['output']), of(following, ASKED)]
        // Scorers, whose replies have no tokens, are not asked again.
        const again = (part: ByStage) => ((part.get(stage)?.output ?? 0) > 0 ? unmeasured.again * of(part, ASKED) : 0)
        guess.low += certain + again(pending) + share.low * (may + again(following))
        guess.high += certain + again(pending) + share.high * (may + again(following))
      }
    })
    return guess
  }

  /** The variance that comes of not having counted all rows. */
  #sampling(weights: Weights, vector: Float64Array): number {
    const size = this.#counted.length
    if (size < 2 || this.#scale <= 1) return 0
    const values = this.#counted.map((row) => {
      if (row === undefined) return 0
      const at = this.#groups.findIndex(
        (group) => group.at.join() === row.at.join() && group.behind.join() === row.behind.join(),
      )
      let value = weighed(row.pending, weights, ['calls', 'input'])
      this.#each((_group, place, stage, name, index) => {
        if (place !== at || vector[index] === 0) return
        const expected = expectedIn(row.pending, stage, name) + expectedIn(row.following, stage, name)
        value += (vector[index] as number) * (this.#ratios.ratio(index) ?? 0) * expected
      })
      return value
    })
    const mean = values.reduce((sum, value) => sum + value, 0) / size
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (size - 1)
    return (this.#rows ** 2 * (1 - size / this.#rows) * variance) / size
  }
}

/** Of a few rows, other shares may go on than of whole files: with as many as one would draw 95% of the time. */
function ofSome({ low, high }: { low: number; high: number }, rows: number): { low: number; high: number } {
  const half = (share: number) => 1.96 * Math.sqrt((share * (1 - share)) / rows)
  return { low: Math.max(0, low - half(low)), high: Math.min(1, high + half(high)) }
}

const expectedIn = (part: ByStage, stage: string, name: (typeof NAMES)[number]) =>
  part.get(stage)?.[name === 'seconds' ? 'calls' : name] ?? 0

const weighed = (part: ByStage, weights: Weights, names: readonly ('calls' | 'input')[]) =>
  [...part].reduce(
    (sum, [stage, amounts]) => sum + names.reduce((all, name) => all + (weights(stage)[name] ?? 0) * amounts[name], 0),
    0,
  )

// The calibration of a cascade: rows drawn at random are judged before all others, and set the bar of the gate.
import { CascadeSample } from '../../judging/cascade/sample.ts'
import { drawOf, type CascadeRecord } from '../../judging/cascade/record.ts'
import type { CascadePlan, Gate } from '../../method/cascade.ts'
import type { DecidedRow } from '../../policy/decided.ts'
import type { Row } from '../../rows/row.ts'

/** Collects where each row of a file stands in the draw. */
export class Draws {
  readonly #seed: number
  /** By the index of the row, from 0. */
  readonly all: number[] = []

  constructor({ seed }: Pick<CascadePlan, 'seed'>) {
    this.#seed = seed
  }

  add({ id }: Row): void {
    this.all.push(drawOf(this.#seed, id))
  }
}

/** Some rows to ask about: which ones, by their index, how many, what the judge's gate is, and what is done with each. */
export interface Round {
  size: number
  select: (index: number) => boolean
  gate: Gate
  note: (decided: DecidedRow) => void
}

/** Judges rows until there are enough, in rounds. @param rows of the job */
export async function calibrate(
  plan: CascadePlan,
  draws: readonly number[],
  rows: number,
  ask: (round: Round) => Promise<void>,
): Promise<CascadeRecord> {
  const sorted = draws.slice(0, rows).toSorted((a, b) => a - b)
  const sample = new CascadeSample(plan)
  const note = ({ entry, evidence }: DecidedRow) => sample.add(entry.row, evidence)
  let [taken, drawnUpTo] = [0, -1]
  for (;;) {
    const wanted = sample.wanted(taken, sorted.length)
    if (wanted <= taken) return sample.conclude(drawnUpTo)
    const [above, upTo] = [drawnUpTo, sorted[wanted - 1] as number]
    const select = (index: number) => {
      const draw = draws[index] as number
      return draw > above && draw <= upTo
    }
    await ask({ size: wanted - taken, select, gate: sample.gate, note })
    ;[taken, drawnUpTo] = [wanted, upTo]
  }
}

/** The rows that were not judged first. */
export const isLeft =
  ({ drawnUpTo }: CascadeRecord, draws: readonly number[]) =>
  (index: number): boolean =>
    (draws[index] as number) > drawnUpTo

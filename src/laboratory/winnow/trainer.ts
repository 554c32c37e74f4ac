// Trains the arms of an experiment with Winnow's own engine, and evaluates its vectors.
import { bestOf } from '../../train/development.ts'
import { MinedNegatives } from '../../train/refresh.ts'
import { train } from '../../train/trainer.ts'
import type { TrainingSet } from '../../train/training-set.ts'
import type { MeasuredSet } from '../evaluation-set.ts'
import { bySet, PARTS, type ArmTrainer, type Measured, type UnitHooks, type UnitValues } from '../laboratory.ts'
import { scoreSet } from './collections.ts'
import type { Bench } from './conditions.ts'

export function ownTrainer(bench: Bench): ArmTrainer {
  return {
    untrained: async (seed, { signal }) => {
      resetEngine(bench, seed)
      return { ...(await measured(bench, signal)), losses: [], epochs: 0 }
    },
    train: (set, seed, _key, hooks) => {
      resetEngine(bench, seed)
      return trainedValues(bench, set, seed, hooks)
    },
    alike: (queries, among, most, seed) => alike(bench, queries, among, most, seed),
    basis: `the spread of ${bench.measure.name} over queries with untrained vectors`,
  }
}

/** Trains with the engine in its current state, and evaluates. */
export async function trainedValues(
  lab: Bench,
  set: TrainingSet,
  seed: number,
  { signal, onShare }: UnitHooks = {},
): Promise<UnitValues> {
  const { engine, pool, values: options, steps, development } = lab
  const values = { ...options, seed, steps }
  const rows = Uint32Array.from({ length: set.size }, (_, row) => row)
  const every = options.refreshNegatives
  const mined = pool && every !== undefined ? new MinedNegatives(set, rows, pool, options.negatives, every) : undefined
  const sums = new Float64Array(PARTS)
  const counts = new Float64Array(PARTS)
  let done = 0
  const onStep = ({ step, loss, rows: trained }: { step: number; loss: number; rows: number }) => {
    const part = Math.min(PARTS - 1, Math.floor(((step - 1) / steps) * PARTS))
    sums[part] = (sums[part] as number) + loss
    counts[part] = (counts[part] as number) + 1
    done += trained
    onShare?.(step / steps)
  }
  await train({ set, rows, development, values, engine, mined }, { signal, onStep })
  const losses = Array.from(sums, (sum, part) => sum / (counts[part] as number)).filter(Number.isFinite)
  return { ...(await measured(lab, signal)), losses, epochs: done / set.size }
}

/** Writes the initial vectors of a seed and clears the state of the training before. */
export function resetEngine({ engine, start }: Bench, seed: number): void {
  engine.state.fill(0)
  engine.writeTable(start.parametersOf(seed))
}

async function measured({ sets, engine, evalTexts, measure }: Bench, signal?: AbortSignal): Promise<Measured> {
  const found: MeasuredSet[] = []
  for (const set of sets) found.push(await scoreSet(set, engine, evalTexts, measure, signal))
  return bySet(found)
}

/** Compares queries by the initial vectors of all arms. */
async function alike(
  { engine, start, texts }: Bench,
  queries: readonly string[],
  among: Uint32Array,
  most: number,
  seed: number,
): Promise<number[][]> {
  engine.writeTable(start.parametersOf(seed))
  const asked = Uint32Array.from(queries, (text) => texts.add(text, 'query'))
  await texts.settle({})
  return bestOf(engine, texts, asked, among, most).map(({ ordinals, scores }) =>
    Array.from(ordinals).filter((_, rank) => (scores[rank] as number) > 0),
  )
}

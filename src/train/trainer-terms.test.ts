// The training loop with terms of a loss, on engines that can set passages apart and on those that cannot.
import { expect, it } from 'vitest'
import { allRows, smallEngine, smallRows, smallSet, valuesOf } from '../../test/support/small-set.ts'
import type { StepDiagnostics } from './diagnostics.ts'
import type { TrainingValues } from './options.ts'
import { train } from './trainer.ts'

const rows = smallRows(17).map((row, at) => ({
  ...row,
  generated: [`n${at % 5} q${at} written`, `n${at % 3} written`],
}))

/** Returns the vectors after a training with an engine made for the given loss. */
async function trainedBy(made: TrainingValues['loss'], given: Partial<TrainingValues>): Promise<Float32Array> {
  const set = smallSet(rows)
  const engine = smallEngine(set, valuesOf({ loss: made }))
  const values = valuesOf(given)
  await train({ set, rows: allRows(set), values, engine, development: undefined })
  return engine.readTable()
}

it('InfoNCE is the same by an engine that could set passages apart', async () => {
  const alone = await trainedBy('info-nce', {})
  expect(await trainedBy('info-nce+match', {})).toEqual(alone)
  expect(await trainedBy('info-nce+match', { loss: 'info-nce+match', lossWeight: 0 })).toEqual(alone)
  expect(await trainedBy('info-nce+match', { loss: 'info-nce+match', lossWeight: 1 })).not.toEqual(alone)
})

it('diagnostics are of the gradient of InfoNCE alone, whatever is added to it', async () => {
  const firstStep = async (loss: TrainingValues['loss']) => {
    const set = smallSet(rows)
    const values = valuesOf({ loss, steps: 1 })
    const seen: StepDiagnostics[] = []
    const input = { set, rows: allRows(set), values, engine: smallEngine(set, values), development: undefined }
    await train(input, { onDiagnostics: (step) => seen.push(step) })
    return seen
  }
  const alone = await firstStep('info-nce')
  expect(alone).toHaveLength(1)
  expect(alone[0]?.rows).toBeGreaterThan(0)
  expect(await firstStep('info-nce+match')).toEqual(alone)
})

it('a term is refused by an engine that cannot, for queries would take its gradient', async () => {
  const set = smallSet(rows)
  const engine = smallEngine(set, valuesOf({}))
  const values = valuesOf({ loss: 'info-nce+entropy' })
  await expect(train({ set, rows: allRows(set), values, engine, development: undefined })).rejects.toThrow(
    'the engine cannot set passages apart',
  )
})

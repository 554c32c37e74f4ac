// Training resumes from a checkpoint only if it is intact and belongs to this training.
import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tempDir } from '../../test/support/files.ts'
import { smallEngine, smallRows, smallSet, valuesOf } from '../../test/support/small-set.ts'
import { restoreCheckpoint, saveCheckpoint, type SavedState } from './checkpoint.ts'

const POSITION = { step: 7, lossSum: 0.1 + 0.2, lossRows: 35, epochs: [{ epoch: 1, steps: 4, loss: 1 / 3, ndcg: 0.7 }] }

function saved(more: Partial<SavedState> = {}) {
  const set = smallSet(smallRows(17))
  const engine = smallEngine(set, valuesOf({}))
  engine.state.forEach((_, at) => (engine.state[at] = (at * 31) % 251))
  const path = join(tempDir(), 'checkpoint')
  const given = { position: POSITION, best: undefined, negatives: undefined, ...more }
  saveCheckpoint(path, 'this', given, engine)
  return { path, given, state: Uint8Array.from(engine.state), fresh: smallEngine(set, valuesOf({})) }
}

describe('a checkpoint', () => {
  it.each([
    [{}],
    [{ best: Uint8Array.from({ length: 999 }, (_, at) => at % 256) }],
    [{ negatives: Uint32Array.of(1, 2 ** 32 - 1), best: Uint8Array.of(3) }],
  ])('comes back as it was saved (%#)', (more) => {
    const { path, given, state, fresh } = saved(more)
    expect(restoreCheckpoint(path, 'this', fresh)).toEqual(given)
    expect(Uint8Array.from(fresh.state)).toEqual(state)
  })

  it('of another training, or of none, is told', () => {
    const { path, fresh } = saved()
    const before = Uint8Array.from(fresh.state)
    expect(restoreCheckpoint(path, 'that', fresh)).toBe('other')
    expect(restoreCheckpoint(`${path}.no`, 'this', fresh)).toBeUndefined()
    expect(Uint8Array.from(fresh.state)).toEqual(before)
  })

  it('that is cut off or longer, or no checkpoint at all, changes nothing', () => {
    const { path, fresh } = saved({ best: new Uint8Array(5000) })
    const bytes = readFileSync(path)
    const before = Uint8Array.from(fresh.state)
    writeFileSync(path, Buffer.concat([bytes, Buffer.alloc(1)]))
    expect(restoreCheckpoint(path, 'this', fresh)).toBe('other')
    for (const size of [bytes.length - 1, bytes.length - 4000, 500, 100, 8, 7, 0]) {
      writeFileSync(path, bytes)
      truncateSync(path, size)
      expect(restoreCheckpoint(path, 'this', fresh), String(size)).toBe('other')
    }
    writeFileSync(path, 'no checkpoint at all, but a text that somebody put here')
    expect(restoreCheckpoint(path, 'this', fresh)).toBe('other')
    expect(Uint8Array.from(fresh.state)).toEqual(before)
  })
})

// winnow judges says what it cannot use, before anything is asked.
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { judges } from '../src/commands/judges/judges.ts'
import { writeJsonl } from './support/files.ts'
import { placeGold } from './support/judging.ts'

describe('winnow judges refuses', () => {
  const refused = async (options: Parameters<typeof judges>[1], count = 2) => {
    const { input, gold } = placeGold(count)
    const error = await judges(input, { gold, ...options }).catch((thrown: unknown) => thrown)
    return String((error as Error).message)
      .replaceAll(input, 'rows.jsonl')
      .replaceAll(gold, 'gold.jsonl')
  }

  it.each([
    ['no judge', {}, 'no judge is named'],
    ['a judge twice', { judge: ['bm25', 'bm25'] }, 'the judge bm25 is named twice'],
    ['half a name', { judge: ['labels:'] }, 'judge "labels:": allowed: labels:FILE'],
    ['labels as a scorer', { scorer: ['labels:a'] }, 'labels:a: recorded labels are no scores; name them with --judge'],
    [
      'no gold',
      { judge: ['bm25'], gold: undefined },
      'no gold is named: a judge can only be measured against what people say',
    ],
    [
      'positives of a chat model',
      { judge: ['m@http://127.0.0.1:9/v1'], positives: true },
      '--positives: m@http://127.0.0.1:9/v1 is shown the positives as the ground truth and cannot be asked about them',
    ],
    [
      'a shuffle of recorded replies',
      { judge: ['replay:a.jsonl'], shuffle: 1 },
      '--shuffle: replay:a.jsonl holds replies to the passages in the order of their rows',
    ],
    ['a cap without prices', { judge: ['m@http://127.0.0.1:9/v1'], maxUsd: 1 }, '--max-usd needs the price of m'],
  ] as const)('%s', async (_what, options, message) => {
    expect(await refused(options as Parameters<typeof judges>[1])).toContain(message)
  })

  it('gold of other rows, and says why', async () => {
    const { input, folder } = placeGold(2)
    const gold = writeJsonl(join(folder, 'other.jsonl'), [{ row: 'x', passage: 'y', relevant: true }])
    await expect(judges(input, { gold, judge: ['bm25'] })).rejects.toThrow(
      /none of its 1 labels is of a negative of .*: 1 row id/,
    )
  })
})

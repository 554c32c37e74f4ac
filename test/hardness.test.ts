// Hardness: the percentile of a written passage among the mined negatives of its row, by any encoder; and the passages that are too easy.
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { meanOf } from '../src/statistics/mean.ts'
import { UsageError } from '../src/base/errors.ts'
import { apply } from '../src/job/apply.ts'
import { explain } from '../src/browse/explain.ts'
import { grow } from '../src/commands/grow/grow.ts'
import { midRank } from '../src/job/hardness/percentile.ts'
import { startChatServer } from './support/chat-server.ts'
import { outputsAt, readJsonl } from './support/files.ts'
import { embeddings, growingServer, nearness } from './support/growing-server.ts'
import { allSound, growingReply, growingRows, questionOf } from './support/grown.ts'
import type { SyntheticRow } from './support/synthetic.ts'

const { models, place, requests } = growingServer()

/** The percentile of a text, counted by hand. */
function percentileOf(text: string, { neg }: SyntheticRow): number {
  const below = neg.filter((other) => nearness(other) < nearness(text)).length
  const level = neg.filter((other) => nearness(other) === nearness(text)).length
  return (below + level / 2) / neg.length
}

test('the mid-rank percentile: .5 among its own copies, 0 below all, 1 above all, and of all values .5 on average', () => {
  expect(midRank(1, [])).toBe(null)
  expect([midRank(1, [1, 1, 1]), midRank(0, [1, 2]), midRank(3, [1, 2]), midRank(2, [1, 2, 3, 4])]).toEqual([
    0.5, 0, 1, 0.375,
  ])
  const values = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(values, (all) => {
      expect(meanOf(all.map((value) => midRank(value, all) as number))).toBeCloseTo(0.5, 12)
    }),
  )
})

describe('hardness', () => {
  test('is the percentile among the mined negatives of the row, by strategy and by what is broken', async () => {
    const rows = growingRows(12)
    const { run, list } = place(rows)
    const { hardnessModel } = await embeddings()
    const { growth } = await run({ hardnessModel })
    const added = list('changes')
    for (const { line, text, hardness } of added) {
      expect(hardness, text).toBeCloseTo(percentileOf(text, rows[line - 1] as SyntheticRow), 12)
    }
    const all = added.map(({ hardness }) => hardness as number)
    expect(new Set(all).size).toBeGreaterThan(3)
    expect(list('discarded').every(({ hardness }) => hardness === null)).toBe(true)
    const figures = growth?.hardness
    expect(figures?.all.passages).toBe(added.length)
    expect(figures?.all.mean).toBeCloseTo(meanOf(all), 12)
    expect(figures?.all.tenths[0]).toBe(all.filter((share) => share < 0.1).length)
    expect(figures?.byStrategy).toEqual({ entity_shift: figures?.all })
    expect(figures?.byBroken).toEqual([{ broken: 1, critical: 1, ...figures?.all }])
    expect(figures?.encoder.trainedSeconds).toBe(null)
  })

  test('--min-hardness leaves out what is too easy, and apply does so without a call', async () => {
    const { run, list, folder, input, hooks } = place()
    const { hardnessModel, calls } = await embeddings()
    await run({ hardnessModel })
    const asked = requests().length
    calls.length = 0
    const before = list('changes')
    const out = join(folder, 'harder.jsonl')
    const options = { hardnessModel, minHardness: 0.5, ledger: join(folder, '.winnow/ledger.db') }
    const { growth, figures } = await apply(input, { ...options, out }, hooks)
    expect(requests()).toHaveLength(asked)
    // What was encoded before is not encoded again: a server is asked for the length of its vectors alone.
    expect(calls.length).toBeLessThanOrEqual(1)
    const [hard, easy] = [list('changes', out), list('discarded', out).filter(({ code }) => code === 'too-easy')]
    expect(hard.every(({ hardness }) => (hardness as number) >= 0.5)).toBe(true)
    expect(easy.every(({ hardness }) => (hardness as number) < 0.5)).toBe(true)
    expect(Math.min(hard.length, easy.length)).toBeGreaterThan(2)
    expect([...hard, ...easy].map(({ text }) => text).toSorted()).toEqual(before.map(({ text }) => text).toSorted())
    expect(growth?.discarded['too-easy']).toBe(easy.length)
    expect(growth?.hardness?.all.passages).toBe(before.length)
    expect(figures['accepted.entity_shift']).toBe(hard.length)
    expect(figures['discarded.too-easy']).toBe(easy.length)
    expect(figures['rowsWithNegatives']).toBe(new Set(hard.map(({ line }) => line)).size)
    // A row all of whose passages were too easy is explained as it is: as before.
    const emptied = easy.map(({ line }) => line).find((line) => hard.every((each) => each.line !== line))
    expect(await explain(out, `line:${emptied}`)).toMatchObject({ outcome: 'kept', reason: { code: 'none-accepted' } })
    expect(await explain(out, `line:${hard[0]?.line}`)).toMatchObject({ outcome: 'changed' })
    const texts = readJsonl<SyntheticRow>(out).flatMap(({ neg }) => neg.slice(4))
    expect(texts).toEqual(hard.map(({ text }) => text))
    // At once comes to the same.
    const once = join(folder, 'once', 'harder.jsonl')
    await grow(input, { ...models(), ...options, out: once }, hooks)
    expect(outputsAt(once)).toEqual(outputsAt(out))
  })

  test('what was generated before does not count as mined', async () => {
    const rows = growingRows(6)
    const first = place(rows)
    const { hardnessModel } = await embeddings()
    await first.run({ hardnessModel })
    const once = readJsonl<SyntheticRow>(first.out)
    const second = place(once)
    await second.run({ hardnessModel, verify: 'none', references: 1, writer: models().verifier })
    const added = second.list('changes')
    expect(once.every(({ neg }) => neg.length > 4)).toBe(true)
    expect(added.length).toBeGreaterThan(3)
    for (const { line, text, hardness } of added) {
      expect(hardness, text).toBeCloseTo(percentileOf(text, rows[line - 1] as SyntheticRow), 12)
    }
  })

  test('is of every text once: a copy of a passage that was added is neither measured nor counted, and is told apart', async () => {
    const repeating = (reply: string) => {
      const { passages } = JSON.parse(reply) as { passages: { text: string }[] }
      return JSON.stringify({ passages: passages.map((each) => ({ ...each, text: passages[0]?.text })) })
    }
    const server = await startChatServer({
      reply: (request) => {
        const right = growingReply(request)
        return { text: questionOf(request) === 'write' ? repeating(right) : right }
      },
    })
    onTestFinished(() => server.close())
    const { run, list, out } = place(growingRows(4).map(allSound))
    const { hardnessModel } = await embeddings()
    const { growth } = await run({ hardnessModel, writer: `w@${server.url}`, verifier: `v@${server.url}` })
    expect(list('changes').map(({ line }) => line)).toEqual([1, 2, 3, 4])
    expect(growth?.gates).toEqual({ 'copies-candidate': 8 })
    expect(list('discarded').every(({ hardness }) => hardness === null)).toBe(true)
    expect(growth?.hardness?.all.passages).toBe(4)
    const { candidates } = await explain(out, 'line:2')
    expect(candidates.map(({ discarded, hardness }) => [discarded?.code, hardness])).toEqual([
      [undefined, list('changes')[1]?.hardness],
      ['copies-candidate', null],
      ['copies-candidate', null],
    ])
  })

  test('without a model, by an encoder trained on the rows, kept in the cache, always the same', async () => {
    const { run, list, env, notices, out } = place()
    const { growth } = await run()
    const hardness = list('changes').map((each) => each.hardness)
    expect(hardness.every((share) => share !== null && share >= 0 && share <= 1)).toBe(true)
    expect(
      notices.filter((notice) => /trained the hardness encoder on these rows in \d+\.\d s; cached in /.test(notice)),
    ).toHaveLength(1)
    expect(growth?.hardness?.encoder.name).toBe('trained on the rows')
    expect(readdirSync(join(env.WINNOW_CACHE, 'encoders'))).toHaveLength(1)
    const outputs = outputsAt(out)
    const again = await run()
    expect(again.growth?.hardness?.encoder.trainedSeconds).toBe(null)
    expect(outputsAt(out)).toEqual(outputs)
    const other = place()
    await other.run()
    expect(outputsAt(other.out)).toEqual(outputs)
  })

  test('what processes left behind that were killed while they trained is cleared away; what others do is not', async () => {
    const { run, env } = place(growingRows(4))
    await run()
    const encoders = join(env.WINNOW_CACHE, 'encoders')
    const [name = ''] = readdirSync(encoders)
    rmSync(join(encoders, name), { recursive: true })
    const [dead, alive] = [2 ** 30, process.ppid]
    const left = (owner: number) => ['', '.training', '.jsonl'].map((end) => `${name}.${owner}${end}`)
    for (const each of [...left(dead), ...left(alive)]) writeFileSync(join(encoders, each), '')
    await run()
    expect(readdirSync(encoders).toSorted()).toEqual([name, ...left(alive)].toSorted())
  })

  test('is nothing where the row has no mined negatives, and then nothing is trained', async () => {
    const { run, list, env } = place(growingRows(3).map(({ query, pos }) => ({ query, pos })))
    const { growth } = await run({ minHardness: 0.9 })
    expect(growth?.passages.accepted).toBeGreaterThan(0)
    expect(list('changes').every(({ hardness }) => hardness === null)).toBe(true)
    expect([growth?.hardness, existsSync(join(env.WINNOW_CACHE, 'encoders'))]).toEqual([null, false])
  })

  test('an encoder that cannot be had is known before anything is paid for', async () => {
    const { run, folder } = place()
    await expect(run({ hardnessModel: join(folder, 'nowhere/') })).rejects.toThrow(UsageError)
    await expect(run({ hardnessModel: 'bm25' })).rejects.toThrow('BM25 has no vectors')
    await expect(run({ hardnessModel: 'off', minHardness: 0.1 })).rejects.toThrow(
      '--min-hardness has no effect with --hardness-model off',
    )
    expect(requests()).toHaveLength(0)
  })
})

// The index of the studio follows its file, whatever happened to either.
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { openAudit } from '../src/audit/audit.ts'
import type { RowView } from '../src/browse/api.ts'
import { BrowsedRun } from '../src/browse/browsed-run.ts'
import type { Explanation } from '../src/browse/explain-row.ts'
import { tempDir } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'
import { openApp, rowsIn } from './support/studio-app.ts'
import { makeRows } from './support/synthetic.ts'
import { clean, place, twoModels } from './support/two-models.ts'

const { model } = twoModels()

async function cleanedRows(rows: object[]) {
  const { input, out } = place(rows)
  await clean(input, out, '--judge', model('large'))
  return { input, out }
}

describe('the index', () => {
  const indexOf = (out: string) => join(dirname(out), '.winnow', 'out.jsonl.index.db')

  test('is read again when nothing changed, and built anew when the file or a list did', async () => {
    const { input, out } = await cleanedRows(makeRows(6))
    const lists = async () => {
      const studio = await openApp(out)
      const rows = await rowsIn(studio)
      await studio.close()
      return rows
    }
    const first = await lists()
    const { mtimeMs } = statSync(indexOf(out))
    await lists()
    expect(statSync(indexOf(out)).mtimeMs).toBe(mtimeMs)
    await runWinnow(['apply', input, '--out', out, '--better', 'keep', '--worse', 'keep'])
    const then = await lists()
    expect(first.some(({ changes }) => changes.length > 0)).toBe(true)
    expect(then.every(({ changes }) => changes.length === 0)).toBe(true)
  })

  test('knows which negatives are positives of the same query elsewhere, without reading the rows again', async () => {
    const rows = [
      { query: 'what is it?', pos: ['the answer here'], neg: ['something else', 'another thing'] },
      { query: 'what is it?', pos: ['it, told otherwise'], neg: ['the answer here', 'a third thing'] },
    ]
    const { out } = await cleanedRows(rows)
    const explained = JSON.parse((await runWinnow(['explain', out, 'line:2', '--json'])).stdout) as Explanation
    expect(explained.passages[1]?.evidence).toContainEqual(expect.objectContaining({ kind: 'known', stage: 'known' }))
    for (const opening of ['builds it', 'finds it']) {
      const studio = await openApp(out)
      expect((await studio.get<RowView>('/api/rows/2')).json.explanation, opening).toEqual(explained)
      await studio.close()
    }
  })

  test('is built anew where people decide, and judgements have come', async () => {
    const { input, out } = await cleanedRows(makeRows(6))
    const [folder, human] = [dirname(out), join(dirname(out), 'human.jsonl')]
    await runWinnow(['apply', input, '--out', human, '--human', 'overrides'])
    const judged = async () => {
      const run = await BrowsedRun.open(human, undefined)
      await run.indexed
      const { store } = run.index
      const trials = Array.from(store.thatMatter(), (number) => store.trialOf(number))
      await run.close()
      return trials.join().split('"human"').length - 1
    }
    const before = await judged()
    await runWinnow(['audit', 'sample', out, '--n', '4'])
    const audit = await openAudit(out, 'out')
    for (let turn = audit.next('anna'); turn.item !== null;) {
      turn = audit.judge({ assessor: 'anna', item: turn.item.item, grade: 3, seconds: 1 })
    }
    await runWinnow(['audit', 'report', join(folder, 'out.audit.jsonl')])
    expect([before, (await judged()) > 0]).toEqual([0, true])
  })

  test('a studio that ends while it is built leaves no part behind, and the next builds it whole', async () => {
    const { out } = await cleanedRows(makeRows(40))
    const run = await BrowsedRun.open(out, undefined)
    await run.close()
    writeFileSync(`${indexOf(out)}.999999.part`, 'of a studio that was killed')
    const studio = await openApp(out)
    expect(await rowsIn(studio)).toHaveLength(40)
    expect(readdirSync(dirname(indexOf(out))).filter((name) => name.endsWith('.part'))).toEqual([])
  })

  test('lies in the cache where there is no place beside the file', async () => {
    const { out } = await cleanedRows(makeRows(4))
    rmSync(join(dirname(out), '.winnow'), { recursive: true })
    writeFileSync(join(dirname(out), '.winnow'), 'a file in the way')
    const cache = tempDir()
    vi.stubEnv('WINNOW_CACHE', cache)
    try {
      const studio = await openApp(out)
      expect(await rowsIn(studio)).toHaveLength(4)
      expect(readdirSync(cache, { recursive: true }).join()).toContain('out.jsonl.index.db')
    } finally {
      vi.unstubAllEnvs()
    }
  })

  test('a damaged one is built anew', async () => {
    const { out } = await cleanedRows(makeRows(4))
    mkdirSync(dirname(indexOf(out)), { recursive: true })
    writeFileSync(indexOf(out), 'no database')
    expect(await rowsIn(await openApp(out))).toHaveLength(4)
  })
})

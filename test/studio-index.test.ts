// The index of the studio follows its file, whatever happened to either.
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { BrowsedRun } from '../src/browse/browsed-run.ts'
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

// winnow mine on real data: judgements at several settings, interruptions, and thresholds tried again.
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { mine, planMine } from '../src/commands/mine/mine.ts'
import type { MineOptions } from '../src/mining/options.ts'
import { dataPath, describeWithData } from './support/data.ts'
import { linesOf, readJsonl, sharedDir, tempDir } from './support/files.ts'
import type { MinedRow } from './support/mined.ts'
import { runWinnow } from './support/run-winnow.ts'
import { repetitions } from './support/repetitions.ts'

describeWithData('scifact', 'SciFact', () => {
  const collection = dataPath('scifact')
  const index = join(sharedDir(), 'index')
  const judgements = () =>
    new Set(linesOf(join(collection, 'qrels', 'train.tsv')).map((line) => line.split('\t').slice(0, 2).join(' ')))

  test(
    'at several settings no document with a judgement for its query is mined, and none repeats',
    { timeout: 120_000 },
    async () => {
      const folder = tempDir()
      const judged = judgements()
      const settings: MineOptions[] = [
        {},
        { share: 'off', negatives: 15, format: 'tevatron' },
        { share: 'off', skip: 5, sample: 'random', seed: 9 },
        { share: 0.8, margin: 2, bar: 'max', tooFew: 'fill', nearDuplicate: 1 },
      ]
      for (const [number, options] of settings.entries()) {
        const out = join(folder, `${number}.jsonl`)
        await mine(collection, { split: 'train', index, limit: repetitions(40, 100), ...options, out })
        const rows = readJsonl<MinedRow>(out)
        expect(rows.length).toBeGreaterThan(repetitions(30, 75))
        const mined = rows.flatMap(({ query_id: id, negative_passages: all }) =>
          all.map(({ docid }) => `${id} ${docid}`),
        )
        expect(new Set(mined).size).toBe(mined.length)
        expect(mined.filter((each) => judged.has(each))).toEqual([])
      }
    },
  )

  test(
    'killed while it searches and while it writes, it goes on and gives the same bytes',
    { timeout: 120_000 },
    async () => {
      const folder = tempDir()
      const env = { WINNOW_CACHE: join(folder, 'cache') }
      const out = join(folder, 'rows.jsonl')
      const args = ['mine', collection, '--split', 'train', '--limit', '100', '--out', out, '--quiet']
      /** Kills as soon as a file of this kind stands anywhere below. */
      const killed = async (isThere: (name: string) => boolean) => {
        const ran = await runWinnow(args, {
          env,
          onStart: (child) => {
            const watch = setInterval(() => {
              if (!readdirSync(folder, { recursive: true, encoding: 'utf8' }).some(isThere)) return
              clearInterval(watch)
              child.kill('SIGKILL')
            }, 2)
            child.once('exit', () => clearInterval(watch))
          },
        })
        expect(ran.signal).toBe('SIGKILL')
        expect(existsSync(out)).toBe(false)
      }
      await killed((name) => /found-\d+\.db-wal$/.test(name))
      await killed((name) => /rows\.jsonl\..*part$/.test(name))
      expect((await runWinnow(args, { env })).code).toBe(0)
      const fresh = join(folder, 'fresh.jsonl')
      await mine(collection, { split: 'train', limit: 100, out: fresh, index })
      expect(readFileSync(out).equals(readFileSync(fresh))).toBe(true)
    },
  )

  test('Ctrl-C ends it with 130 and leaves what was there', { timeout: 60_000 }, async () => {
    const folder = tempDir()
    const out = join(folder, 'rows.jsonl')
    writeFileSync(out, 'of before\n')
    // An index that is there, in which nothing has been searched for.
    const own = join(folder, 'index')
    cpSync(index, own, { recursive: true, filter: (path) => !/found-\d+\.db/.test(path) })
    const ran = await runWinnow(['mine', collection, '--split', 'train', '--out', out, '--index', own, '--quiet'], {
      onStart: (child) => {
        const watch = setInterval(() => {
          if (!readdirSync(folder, { recursive: true, encoding: 'utf8' }).some((name) => name.includes('found-')))
            return
          clearInterval(watch)
          child.kill('SIGINT')
        }, 2)
        child.once('exit', () => clearInterval(watch))
      },
    })
    expect(ran.code, ran.stderr).toBe(130)
    expect(readFileSync(out, 'utf8')).toBe('of before\n')
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([])
  })

  test('another threshold searches nothing anew', { timeout: 60_000 }, async () => {
    const steps: string[] = []
    await planMine(collection, { split: 'train', index, limit: 50 })
    const plan = await planMine(
      collection,
      { split: 'train', index, limit: 50, share: 0.8 },
      { onProgress: ({ what }) => steps.push(what) },
    )
    expect(new Set(steps)).toEqual(new Set(['searching']))
    expect(plan.thresholds.find(({ isChosen }) => isChosen)?.share).toBe(0.8)
  })
})

// The rankings in the report of winnow compare: those behind the values, for the queries that moved, with the texts of their documents.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { compare } from '../src/commands/compare/compare.ts'
import type { Measured } from '../src/laboratory/laboratory.ts'
import { unitsIn, world } from './support/comparing.ts'
import { type Json } from './support/files.ts'

/** Discounted cumulative gain. */
const gainOf = (gains: readonly number[]) => gains.reduce((sum, gain, rank) => sum + gain / Math.log2(rank + 2), 0)

it('holds what both arms found for each query that moved', async () => {
  const { folder, clean, dirty, set, options } = world()
  const given = options({ eval: [set], noControls: true })
  const report = await compare([dirty, clean], given)
  const { queries: rankings = [] } = report.rankings[0] ?? {}
  const { perQuery = [], set: name = '' } = report.differences[0]?.sets[0] ?? {}
  const ids = report.sets[0]?.queryIds ?? []
  const moved = ids.filter((_, place) => Math.abs(perQuery[place] ?? 0) > 1e-12)
  expect(moved.length).toBeGreaterThan(20)
  expect(rankings.map(({ query }) => query).toSorted()).toEqual(moved.toSorted())
  expect(rankings[0]?.query).toBe(report.movers[0]?.queries[0]?.id)
  for (const { before, after, text } of rankings) {
    expect([before.length, after.length, typeof text]).toEqual([10, 10, 'string'])
    for (const { id } of [...before, ...after]) expect(report.documents[name]?.[id]).toMatch(/\w/)
  }

  // The documents that are stored with each training give the values that are stored.
  const judged = readFileSync(join(set, 'qrels/test.tsv'), 'utf8')
    .split('\n')
    .map((line) => line.split('\t'))
  const units = unitsIn(folder)
  for (const path of units) {
    const { values, tops } = JSON.parse(readFileSync(path, 'utf8')) as Measured
    for (const [place, query] of ids.entries()) {
      const relevant = judged.filter(([id]) => id === query).map(([, document]) => document)
      const gains = tops?.[0]?.[place]?.map((id) => (relevant.includes(id) ? 1 : 0)) ?? []
      expect(values[0]?.[place]).toBeCloseTo(gainOf(gains) / gainOf(relevant.map(() => 1)), 10)
    }
  }

  // Trainings that were stored without their documents are taken as they are.
  for (const path of units) {
    const { tops: _tops, ...unit } = JSON.parse(readFileSync(path, 'utf8')) as Json
    writeFileSync(path, JSON.stringify(unit))
  }
  const again = await compare([dirty, clean], given)
  expect(again.differences).toEqual(report.differences)
  expect([again.rankings[0]?.queries, again.documents[name]]).toEqual([[], {}])
})

// Two sinks of one typed file do not mix, and what a killed process left of one is removed.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { tempDir } from '../../../test/support/files.ts'
import { partFor } from '../../base/sink.ts'
import { openRecordSink } from './sink.ts'

const lines = (letter: string, count: number) =>
  Array.from({ length: count }, (_row, index) => `${JSON.stringify({ id: `${letter}${index}` })}\n`)

async function alone(name: string, rows: readonly string[]): Promise<Buffer> {
  const path = join(tempDir(), name)
  const sink = await openRecordSink({ path })
  for (const row of rows) await sink.write(row)
  await sink.commit()
  return readFileSync(path)
}

it.each(['out.parquet', 'out.arrow'])('two sinks of %s', async (name) => {
  const path = join(tempDir(), name)
  const [a, b] = [lines('a', 9_000), lines('b', 5_000)]
  const [one, other] = [await openRecordSink({ path }), await openRecordSink({ path })]
  for (const row of a) await one.write(row)
  for (const row of b) await other.write(row)
  await Promise.all([one.commit(), other.commit()])
  expect([await alone(name, a), await alone(name, b)]).toContainEqual(readFileSync(path))
  expect(readdirSync(dirname(path))).toEqual([name])
})

it('what a killed process left is removed', async () => {
  const path = join(tempDir(), 'out.parquet')
  const dead = (part: string) => part.replace(/-\d+-(\d+)\.part$/, '-999999999-$1.part')
  const spool = dead(await partFor(`${path}.rows`))
  const left = [spool, dead(await partFor(spool)), dead(await partFor(path))]
  for (const each of left) writeFileSync(each, 'torn')
  const sink = await openRecordSink({ path })
  await sink.write('{"id":"1"}\n')
  await sink.commit()
  expect(left.filter((each) => existsSync(each))).toEqual([])
})

// winnow grow in every format: added passages follow the existing ones and state their origin, and the counts are reported.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { grow } from '../src/commands/grow/grow.ts'
import { bytesIn } from '../src/rows/convert.ts'
import { FORMATS, formatNamed } from '../src/rows/formats/index.ts'
import { readRows, type RowLine } from '../src/rows/read.ts'
import type { Row } from '../src/rows/row.ts'
import { startChatServer } from './support/chat-server.ts'
import { linesOf, tempDir, writeJsonl } from './support/files.ts'
import { allSound, grown, growingReply, growingRows, hopeless } from './support/grown.ts'
import { runWinnow } from './support/run-winnow.ts'
import type { SyntheticRow } from './support/synthetic.ts'

async function place(rows: object[]) {
  const server = await startChatServer({ reply: (request) => ({ text: growingReply(request) }) })
  onTestFinished(() => server.close())
  const folder = tempDir()
  const input = writeJsonl(join(folder, 'rows.jsonl'), rows)
  const options = { writer: `writer@${server.url}`, verifier: `verifier@${server.url}`, hardnessModel: 'off' }
  return { folder, input, options, out: join(folder, 'grown.jsonl'), requests: server.requests }
}

async function entriesIn(path: string, name: string): Promise<RowLine[]> {
  const entries: RowLine[] = []
  for await (const batch of readRows({ path, format: formatNamed(name) })) {
    for (const entry of batch) {
      if (!('row' in entry)) throw new Error(JSON.stringify(entry.faults))
      entries.push(entry)
    }
  }
  return entries
}

/** What is said of the passages of each row. */
const saidIn = async (path: string, name: string) =>
  (await entriesIn(path, name)).map(({ row }) =>
    row.passages.map(({ text, label, origin, generation }) => [label, text, origin, generation]),
  )

/** The same of rows as they must come out. */
const saidOf = ({ pos, neg, ...lists }: SyntheticRow) => {
  const {
    neg_origins: origins,
    neg_strategies: strategies,
    neg_requirements: requirements,
  } = lists as never as Record<string, string[]>
  return [
    ...pos.map((text) => ['positive', text, 'given', undefined]),
    ...neg.map((text, at) => {
      const generation = { strategy: strategies?.[at], requirement: requirements?.[at] }
      return ['negative', text, origins?.[at], origins?.[at] === 'generated' ? generation : undefined]
    }),
  ]
}

const ROWS = growingRows(4).map((row, index) => (index === 1 ? allSound(row) : row))
const EXPECTED = ROWS.map((row) => saidOf(grown(row)))

/** Formats that say where passages came from, which is what growing needs. */
const TELLING = FORMATS.filter(({ hasNoOrigins }) => hasNoOrigins !== true)

describe.each(TELLING.map(({ name }) => name))('%s', (name) => {
  test('rows are grown as they are, and grown again', async () => {
    const { folder, input, options, out } = await place(ROWS)
    const own = join(folder, 'own.jsonl')
    const bge = formatNamed('bge')
    const lines = (await entriesIn(input, 'bge')).map((entry) =>
      bytesIn(formatNamed(name), entry, entry.row, { format: bge }),
    )
    writeFileSync(own, Buffer.concat(lines))
    const manifest = await grow(own, { ...options, out })
    expect(await saidIn(out, name)).toEqual(EXPECTED)
    expect(manifest).toMatchObject({ input: { format: name }, growth: { negatives: { given: 16, mined: 0 } } })

    const other = join(folder, 'again.jsonl')
    await grow(out, { ...options, out: other, perRow: 1, verify: 'none' })
    for (const [index, row] of (await saidIn(other, name)).entries()) {
      const before = EXPECTED[index] as unknown[]
      expect(row.slice(0, before.length)).toEqual(before)
      expect(row.slice(before.length).every(([, , origin]) => origin === 'generated')).toBe(true)
    }
  })

  test('rows that are given nothing and say it all already keep their bytes', async () => {
    const { folder, input, options, out } = await place(ROWS.map(hopeless))
    await grow(input, { ...options, out, to: name })
    const spaced = join(folder, 'spaced.jsonl')
    writeFileSync(spaced, readFileSync(out, 'utf8').replaceAll('","', '" , "').replaceAll('\n', '\r\n'))
    const again = join(folder, 'again.jsonl')
    const manifest = await grow(spaced, { ...options, out: again })
    expect(manifest).toMatchObject({ growth: { rows: { grown: 0, inVain: 4 } } })
    expect(readFileSync(again, 'utf8')).toBe(readFileSync(spaced, 'utf8'))
  })

  test('--to writes rows of another format in it', async () => {
    const { input, options, out } = await place(ROWS.map((row, index) => ({ ...row, number: index, dataset: 'nq' })))
    await grow(input, { ...options, out, to: name })
    expect(await saidIn(out, name)).toEqual(EXPECTED)
    const rows: Row[] = (await entriesIn(out, name)).map(({ row }) => row)
    expect(rows.map(({ dataset, extra }) => [dataset, extra?.['number']])).toEqual(
      ROWS.map((_, index) => ['nq', index]),
    )
  })
})

test('a trainer that goes by order is told its number, and how many rows that takes apart wrongly', async () => {
  const { input, options, out, folder } = await place(
    ROWS.map((row, index) => (index === 0 ? { ...row, neg: row.neg.slice(1) } : row)),
  )
  const { writer, verifier, hardnessModel } = options
  const args = [
    'grow',
    input,
    '--out',
    out,
    '--writer',
    writer,
    '--verifier',
    verifier,
    '--hardness-model',
    hardnessModel,
  ]
  const env = { OPENAI_API_KEY: 'k' }
  const ran = await runWinnow([...args, '--to', 'ms-swift'], { env })
  expect(ran.code, ran.stderr).toBe(0)
  expect(ran.stderr).toMatch(
    /mined first, then generated  3 mined and 1 generated in 1 row; 4 mined and \d generated in \d rows?/,
  )
  expect(ran.stderr).toMatch(/NUM_MINED_NEGATIVES=4 +splits 1 row incorrectly/)
  const doctor = await runWinnow(['doctor', out, '--json'])
  expect(JSON.parse(doctor.stdout)).toMatchObject({ findings: [{ code: 'uneven-sources', count: 1 }] })
  const manifest = JSON.parse(readFileSync(join(folder, 'grown.manifest.json'), 'utf8')) as object
  expect(manifest).toMatchObject({ growth: { split: { mined: 4, wrongRows: 1 } } })
  const plain = await runWinnow(args.with(3, join(folder, 'plain.jsonl')), { env })
  expect(plain.stderr).not.toContain('NUM_MINED_NEGATIVES')
  expect(linesOf(join(folder, 'plain.jsonl'))).toHaveLength(4)
})

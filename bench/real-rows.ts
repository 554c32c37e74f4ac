// The 25 rows and 42 recorded replies of data/rlhn: real prompts, real replies.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openSink } from '../src/base/sink.ts'
import { SkippedBenchmark } from './benchmark.ts'

interface RealRow {
  query_id: string
  query: string
  response: string
}

export interface RealData {
  rows: RealRow[]
  /** Replies by stage. */
  replies: Record<'screen' | 'judge', string[]>
}

/** @throws SkippedBenchmark if the folder does not exist */
export function realData(): RealData {
  const folder = process.env['WINNOW_TEST_DATA'] ?? join(import.meta.dirname, '../../shared/data')
  const path = join(folder, 'rlhn')
  if (!existsSync(path))
    throw new SkippedBenchmark(`${path} is not there; WINNOW_TEST_DATA names the folder of test data`)
  const screened = linesOf(join(path, 'fiqa.stage_1.gpt-4o-mini.jsonl'))
  const judged = linesOf(join(path, 'fiqa.stage_2.gpt-4o.jsonl'))
  const texts = (rows: RealRow[]) => rows.map(({ response }) => response)
  return { rows: screened, replies: { screen: texts(screened), judge: texts(judged) } }
}

function linesOf(path: string): RealRow[] {
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as RealRow)
}

/** Writes `count` rows: the real ones repeatedly, each time with another number at the end of the query. */
export async function writeRealRows(path: string, { rows }: RealData, count: number): Promise<void> {
  const sink = await openSink(path)
  for (let number = 0; number < count; number++) {
    const { response: _response, ...row } = rows[number % rows.length] as RealRow
    await sink.write(`${JSON.stringify({ ...row, query_id: `q${number}`, query: `${row.query} (${number})` })}\n`)
  }
  await sink.commit()
}

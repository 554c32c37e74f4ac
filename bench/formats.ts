// Rows through containers and shapes, as a user starts it: JSON lines to Parquet and back, triplets to rows, doctor and lint, and reading
// beside pyarrow.
import { createHash } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { openSink } from '../src/base/sink.ts'
import { readRecordLines } from '../src/rows/containers/lines.ts'
import { openParquetText } from '../src/rows/containers/parquet-text.ts'
import { atLeast, atMost, counted, megabytes, perSecond, type Benchmark, type Figure } from './benchmark.ts'
import { inFolder } from './folder.ts'
import { peakOf } from './peak-of.ts'
import { writeRows } from './rows.ts'

const ROWS = 1_000_000
const NEGATIVES = 7
const PASSAGE = 100
const MOST_MB = 400
const MOST_GROWTH_MB = 100

interface Step {
  what: string
  rows: number
  seconds: number
  peak: number
}

export const formats: Benchmark = {
  name: 'formats',
  summary:
    'rows of seven negatives: JSON lines to Parquet and back, triplets to rows, doctor, lint, reading beside pyarrow',
  run: async (scale, note) => {
    const figures: Figure[] = []
    const steps: Step[][] = []
    for (const rows of [Math.max(100, Math.round((ROWS * scale) / 10)), Math.max(1000, Math.round(ROWS * scale))]) {
      const { ran, others } = await inFolder((folder) => runAll(folder, rows, note))
      steps.push(ran)
      figures.push(...others)
    }
    const [small = [], large = []] = steps
    return [...large.flatMap((step, at) => figuresOf(step, small[at] as Step)), ...figures]
  },
}

function figuresOf({ what, rows, seconds, peak }: Step, small: Step): Figure[] {
  const growth = (peak - small.peak) / 1e6
  return [
    {
      what: `${what}, ${counted(rows)} rows: peak (${perSecond(rows / seconds)} rows)`,
      value: megabytes(peak),
      target: atMost(peak / 1e6, MOST_MB),
    },
    {
      what: `${what}: ${counted(rows)} - ${counted(small.rows)} rows`,
      value: `${counted(growth)} MB`,
      target: atMost(growth, MOST_GROWTH_MB),
    },
  ]
}

async function runAll(folder: string, rows: number, note: (text: string) => void) {
  const [source, parquet, back] = ['rows.jsonl', 'rows.parquet', 'back.jsonl'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  const ran: Step[] = []
  const step = async (what: string, command: string) => {
    const measured = { what, rows, ...(await peakOf(join(folder, 'peak'), command)) }
    note(`${what}, ${counted(rows)} rows: ${megabytes(measured.peak)}, ${counted(measured.seconds)} s`)
    ran.push(measured)
  }
  await writeRows(source, { rows, negatives: NEGATIVES, passageLength: PASSAGE })
  await step('JSON lines to Parquet', `convert ${source} --out ${parquet} --quiet`)
  await step('Parquet to JSON lines', `convert ${parquet} --out ${back} --quiet`)
  const isEqual = (await hashOf(source)) === (await hashOf(back))
  await step('doctor', `doctor ${parquet} --quiet`)
  await step('lint', `lint ${source} --for tevatron --quiet`)
  await step('lint --fix', `lint ${source} --for tevatron --fix --negatives 5 --out ${back} --quiet`)
  await step('doctor --fix', `doctor ${source} --fix --out ${back} --quiet`)
  const others = [
    { what: `${counted(rows)} rows of JSON lines through Parquet`, value: isEqual ? 'equal' : 'DIFFERENT' },
    ...(await besidePyarrow(parquet, rows)),
  ]
  for (const path of [source, parquet, back]) await rm(path)
  const triplets = join(folder, 'triplets.jsonl')
  await writeTriplets(triplets, rows)
  await step(
    `${NEGATIVES} triplets of a query, far apart, to one row`,
    `convert ${triplets} --to bge --out ${back} --quiet`,
  )
  return { ran, others }
}

/** Writes all first triplets, then all second ones: no two of one query are near. */
async function writeTriplets(path: string, rows: number): Promise<void> {
  const sink = await openSink(path)
  const filling = ' of a passage that is about as long as others'.repeat(2)
  for (let at = 0; at < NEGATIVES; at++) {
    for (let row = 0; row < rows; row++) {
      const triplet = { query: `what is ${row}?`, positive: `${row}${filling}`, negative: `${row}.${at}${filling}` }
      await sink.write(`${JSON.stringify(triplet)}\n`)
    }
  }
  await sink.commit()
}

async function hashOf(path: string): Promise<string> {
  const digest = createHash('sha256')
  let rows = 0
  for await (const lines of readRecordLines(path, (bytes) => digest.update(bytes))) rows += lines.length
  digest.update(String(rows))
  return digest.digest('hex')
}

const PYARROW = `
import json, sys, time, pyarrow.parquet as pq
def seconds(work):
    start = time.process_time()
    for batch in pq.ParquetFile(sys.argv[1]).iter_batches(2000, use_threads=False):
        work(batch)
    return time.process_time() - start
print(
    seconds(lambda batch: batch.num_rows),
    seconds(lambda batch: batch.to_pylist() and None),
    seconds(lambda batch: [json.dumps(row, ensure_ascii=False) for row in batch.to_pylist()] and None),
)
`

/** Compares the processor time of reading a file with Winnow and with pyarrow; without pyarrow, it measures Winnow alone. */
async function besidePyarrow(parquet: string, rows: number): Promise<Figure[]> {
  const file = await openParquetText(parquet)
  const before = process.cpuUsage()
  while (file.next() !== undefined);
  const { user, system } = process.cpuUsage(before)
  file.close()
  const seconds = (user + system) / 1e6
  const python = process.env['WINNOW_BENCH_PYTHON'] ?? 'python3'
  const { status, stdout } = spawnSync(python, ['-c', PYARROW, parquet], { encoding: 'utf8' })
  const { size } = await stat(parquet)
  const own = {
    what: `reading ${counted(rows)} rows of Parquet (${megabytes(size)}) as lines of JSON, per second of a processor`,
    value: `${perSecond(rows / seconds)} rows`,
  }
  if (status !== 0) return [own, { what: 'pyarrow', value: 'SKIPPED: WINNOW_BENCH_PYTHON names no Python with it' }]
  const [columns = NaN, objects = NaN, lines = NaN] = stdout.trim().split(' ').map(Number)
  return [
    own,
    { what: 'pyarrow, as columns that no one looks into', value: `${perSecond(rows / columns)} rows` },
    { what: 'pyarrow, as objects of Python', value: `${perSecond(rows / objects)} rows` },
    { what: 'pyarrow, as lines of JSON', value: `${perSecond(rows / lines)} rows` },
    {
      what: 'Winnow / pyarrow, as lines of JSON',
      value: (lines / seconds).toFixed(2),
      target: atLeast(lines / seconds, 0.5),
    },
    { what: 'Winnow / pyarrow as objects', value: (objects / seconds).toFixed(2) },
  ]
}

// npm run bench [-- NAME… --scale N | -- full-size --rows N]: runs benchmarks, each in its own process, and prints what they measured.
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { tuneHeap } from '../src/terminal/heap.ts'
import { SkippedBenchmark, tableOf, type Benchmark } from './benchmark.ts'
import { bm25s } from './bm25s.ts'
import { calls } from './calls.ts'
import { decide } from './decide.ts'
import { evaluate } from './evaluate.ts'
import { formats } from './formats.ts'
import { FULL_SIZE_ROWS, fullSize, shortRows } from './full-size.ts'
import { largeRows } from './large-row.ts'
import { ledger } from './ledger.ts'
import { manyWorkers } from './many-workers.ts'
import { mapTraining } from './map.ts'
import { memory } from './memory.ts'
import { overlapBenchmark } from './overlap.ts'
import { search } from './search.ts'
import { stall } from './stall.ts'
import { studio } from './studio.ts'
import { training } from './train.ts'

const BENCHMARKS: readonly Benchmark[] = [
  calls,
  stall,
  studio,
  decide,
  evaluate,
  formats,
  largeRows,
  ledger,
  manyWorkers,
  overlapBenchmark,
  memory,
  search,
  bm25s,
  training,
  mapTraining,
  fullSize,
  shortRows,
]

// As the command does.
tuneHeap()

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { scale: { type: 'string', default: '1' }, rows: { type: 'string' } },
})
const scale = values.rows === undefined ? Number(values.scale) : Number(values.rows) / FULL_SIZE_ROWS
const unknown = positionals.filter((name) => BENCHMARKS.every((each) => each.name !== name))
if (unknown.length > 0 || !(scale > 0)) {
  const names = BENCHMARKS.map(({ name, summary }) => `  ${name.padEnd(11)}${summary}`)
  process.stderr.write(
    `npm run bench -- [NAME…] [--scale N | --rows N]; N > 0, --rows for full-size and short-rows, NAME one of\n${names.join('\n')}\n`,
  )
  process.exit(2)
}
const chosen = positionals.length === 0 ? BENCHMARKS.map(({ name }) => name) : positionals
const [only] = chosen
if (chosen.length === 1 && only !== undefined) await measure(only)
else for (const name of chosen) measureApart(name)

/** Runs a benchmark in its own process, because benchmarks should not share a heap. */
function measureApart(name: string): void {
  const { status } = spawnSync(
    process.execPath,
    [...process.execArgv, import.meta.filename, name, '--scale', String(scale)],
    {
      stdio: 'inherit',
    },
  )
  if (status !== 0) process.exitCode = 1
}

async function measure(name: string): Promise<void> {
  const benchmark = BENCHMARKS.find((each) => each.name === name) as Benchmark
  process.stdout.write(`${name}: ${benchmark.summary}\n`)
  try {
    const figures = await benchmark.run(scale, (text) => process.stderr.write(`  … ${text}\n`))
    process.stdout.write(`${tableOf(figures)}\n\n`)
  } catch (error) {
    if (!(error instanceof SkippedBenchmark)) throw error
    process.stdout.write(`  SKIPPED: ${error.message}\n\n`)
  }
}

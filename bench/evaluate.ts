// Reads and scores a run of a million lines, against pytrec_eval doing the same in its own Python process.
import { execFileSync } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { readGrades } from '../src/collections/grades.ts'
import { evaluateResults } from '../src/evaluate/evaluation.ts'
import { parseMeasures } from '../src/evaluate/measures/parse.ts'
import { readRun } from '../src/evaluate/run-file.ts'
import { atLeast, counted, perSecond, type Benchmark, type Figure } from './benchmark.ts'
import { inFolder } from './folder.ts'
import { median, medianCpu, medianRate, ratio, ratioText, type Turn } from './measure.ts'
import { randomFrom } from '../test/support/random.ts'

const QUERIES = 1000
const DEPTH = 1000
const JUDGED = 30
const TURNS = 5
const PYTHON = process.env['WINNOW_BENCH_PYTHON'] ?? 'python3'
const MEASURES = 'nDCG@10 AP RR R@100'

interface Files {
  run: string
  qrels: string
}

/** The result of a contender in a turn. */
interface ScoredTurn extends Turn {
  ndcg: number
}

export const evaluate: Benchmark = {
  name: 'evaluate',
  summary: `lines/s of reading and scoring a run (${QUERIES} queries, ${DEPTH} documents each), against pytrec_eval`,
  run: (scale, note) =>
    inFolder(async (folder) => {
      const queries = Math.max(10, Math.round(QUERIES * scale))
      const lines = queries * DEPTH
      note(`${counted(lines)} lines`)
      const files = await writeFiles(folder, queries)
      const [winnow, python]: [ScoredTurn[], ScoredTurn[]] = [[], []]
      const hasPython = canCompare()
      if (!hasPython) note(`SKIPPED: the comparison: ${PYTHON} has no pytrec_eval; WINNOW_BENCH_PYTHON names another`)
      for (let turn = 0; turn <= TURNS; turn++) {
        const [ours, theirs] = [await scoreHere(files, lines), hasPython ? scoreThere(files, lines) : undefined]
        // The first turn warms up.
        if (turn === 0) continue
        winnow.push(ours)
        if (theirs) python.push(theirs)
      }
      return figuresOf(winnow, python, lines)
    }),
}

function figuresOf(winnow: ScoredTurn[], python: ScoredTurn[], lines: number): Figure[] {
  const own = { what: 'Winnow: read, score, intervals', value: textOf(winnow, lines) }
  if (python.length === 0) return [own, { what: 'Winnow / pytrec_eval', value: 'SKIPPED: no pytrec_eval' }]
  const difference = Math.abs((winnow[0]?.ndcg ?? NaN) - (python[0]?.ndcg ?? NaN))
  return [
    own,
    { what: 'pytrec_eval: parse_run, evaluate, mean', value: textOf(python, lines) },
    { what: 'Winnow / pytrec_eval', value: ratioText(winnow, python), target: atLeast(ratio(winnow, python), 1) },
    { what: 'processor time, pytrec_eval / Winnow', value: (medianCpu(python) / medianCpu(winnow)).toFixed(2) },
    {
      what: 'difference of nDCG@10',
      value: difference.toExponential(1),
      target: { says: '< 1e-9', isMet: difference < 1e-9 },
    },
  ]
}

const textOf = (turns: ScoredTurn[], lines: number) =>
  `${perSecond(medianRate(turns))} · ${median(turns.map(({ rate }) => lines / rate)).toFixed(2)} s`

async function scoreHere({ run, qrels }: Files, lines: number): Promise<ScoredTurn> {
  const [started, before] = [performance.now(), process.cpuUsage()]
  const grades = await readGrades([qrels])
  const { measures } = await evaluateResults(readRun(run), grades, parseMeasures(MEASURES))
  const { user, system } = process.cpuUsage(before)
  const seconds = (performance.now() - started) / 1000
  return { rate: lines / seconds, cpu: (user + system) / lines, ndcg: measures['nDCG@10'] ?? NaN }
}

/** Follows the README of pytrec_eval. Starting the interpreter and loading the library are not counted. */
const SCRIPT = `
import json, sys, time
import pytrec_eval
started, before = time.perf_counter(), time.process_time()
with open(sys.argv[1]) as lines:
    run = pytrec_eval.parse_run(lines)
with open(sys.argv[2]) as lines:
    qrels = pytrec_eval.parse_qrel(lines)
measures = {'ndcg_cut.10', 'map', 'recip_rank', 'recall.100'}
results = pytrec_eval.RelevanceEvaluator(qrels, measures).evaluate(run)
means = {name: sum(each[name] for each in results.values()) / len(results) for name in ('ndcg_cut_10', 'map', 'recip_rank', 'recall_100')}
print(json.dumps({'seconds': time.perf_counter() - started, 'cpu': time.process_time() - before, 'ndcg': means['ndcg_cut_10']}))
`

function scoreThere({ run, qrels }: Files, lines: number): ScoredTurn {
  const printed = execFileSync(PYTHON, ['-c', SCRIPT, run, qrels], { encoding: 'utf8' })
  const { seconds, cpu, ndcg } = JSON.parse(printed) as { seconds: number; cpu: number; ndcg: number }
  return { rate: lines / seconds, cpu: (cpu * 1e6) / lines, ndcg }
}

function canCompare(): boolean {
  try {
    execFileSync(PYTHON, ['-c', 'import pytrec_eval'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Writes random ids with falling scores; thirty documents are judged for each query, half of which were not retrieved. */
async function writeFiles(folder: string, queries: number): Promise<Files> {
  const files = { run: join(folder, 'run.trec'), qrels: join(folder, 'qrels.txt') }
  const [run, qrels] = [createWriteStream(files.run), createWriteStream(files.qrels)]
  const random = randomFrom(7)
  for (let query = 0; query < queries; query++) {
    let score = 40
    const [results, judgements]: [string[], string[]] = [[], []]
    for (let rank = 1; rank <= DEPTH; rank++) {
      const document = `doc${rank * 8000 + Math.floor(random() * 8000)}`
      score -= random() * 0.03
      results.push(`q${query} Q0 ${document} ${rank} ${score} bench\n`)
      if (random() < JUDGED / 2 / DEPTH) judgements.push(`q${query} 0 ${document} ${Math.floor(random() * 4)}\n`)
    }
    for (let each = 0; each < JUDGED / 2; each++) judgements.push(`q${query} 0 other${each} ${each % 3}\n`)
    if (!run.write(results.join(''))) await once(run, 'drain')
    qrels.write(judgements.join(''))
  }
  await Promise.all([run, qrels].map((stream) => once(stream.end(), 'finish')))
  return files
}

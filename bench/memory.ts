// Peak memory of a whole `winnow clean`, as a user starts it, over a small and a large file: it must not grow with the file.
import { join } from 'node:path'
import { atMost, counted, megabytes, perSecond, type Benchmark, type Figure } from './benchmark.ts'
import { inFolder } from './folder.ts'
import { peakOf } from './peak-of.ts'
import { madeUpReplies } from './replies.ts'
import { writeRows } from './rows.ts'
import { withServer } from './server.ts'

const NEGATIVES = 15
const PASSAGE = 300
const CONCURRENCY = 64
const MOST_GROWTH_MB = 50
const MOST_MB = 400

/** A command and its numbers of rows. An arhn row makes sixteen calls, an rlhn row one or two. */
interface Load {
  method: string
  rows: [small: number, large: number]
  /** Replies by stage, and the options that name the models of a server. */
  replies: Record<string, string[]>
  options: (urlOf: (stage: string) => string) => string
}

const texts = madeUpReplies(400, NEGATIVES).map(({ text }) => text)
const LOADS: Load[] = [
  {
    method: 'rlhn',
    rows: [10_000, 200_000],
    replies: { screen: texts, judge: texts },
    options: (urlOf) => `--screen cheap@${urlOf('screen')} --judge strong@${urlOf('judge')}`,
  },
  {
    method: 'arhn',
    rows: [1_000, 20_000],
    replies: { screen: ['NO_ANSWER'] },
    options: (urlOf) => `--judge open@${urlOf('screen')} --pilot 0`,
  },
]

interface Run {
  rows: number
  peak: number
  seconds: number
}

export const memory: Benchmark = {
  name: 'memory',
  summary: 'peak memory of a whole clean over few and many rows, for each method, against a server',
  run: async (scale, note) => {
    const figures: Figure[] = []
    for (const load of LOADS) {
      const runs: Run[] = []
      for (const full of load.rows) {
        runs.push(await inFolder((folder) => cleanRows(folder, load, Math.max(100, Math.round(full * scale)))))
        const { rows, peak, seconds } = runs.at(-1) as Run
        note(`${load.method}, ${counted(rows)} rows: ${megabytes(peak)}, ${counted(seconds)} s`)
      }
      figures.push(...figuresOf(load.method, runs))
    }
    return figures
  },
}

function figuresOf(method: string, runs: Run[]): Figure[] {
  const peaks = runs.map(({ peak }) => peak / 1e6)
  const [small = NaN, large = NaN] = peaks
  return [
    ...runs.map(({ rows, peak, seconds }) => ({
      what: `${method}, ${counted(rows)} rows: peak (${perSecond(rows / seconds)} rows)`,
      value: megabytes(peak),
      target: atMost(peak / 1e6, MOST_MB),
    })),
    {
      what: `${method}: large - small`,
      value: `${counted(large - small)} MB`,
      target: atMost(large - small, MOST_GROWTH_MB),
    },
  ]
}

async function cleanRows(folder: string, { method, replies, options }: Load, rows: number): Promise<Run> {
  const input = join(folder, 'rows.jsonl')
  await writeRows(input, { rows, negatives: NEGATIVES, passageLength: PASSAGE })
  const { peak, seconds } = await withServer({ replies }, (urlOf) =>
    peakOf(
      join(folder, 'peak'),
      `clean ${input} --out ${join(folder, 'out.jsonl')} --quiet --concurrency ${CONCURRENCY} --price 0.15/0.60 ` +
        `--method ${method} ${options(urlOf)}`,
    ),
  )
  return { rows, seconds, peak }
}

// Every command over one large file, as a user starts it: rows a second, peak memory, and what the ledgers take on disk.
import { statSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { atLeast, atMost, counted, megabytes, perSecond, type Benchmark, type Figure } from './benchmark.ts'
import { inFolder } from './folder.ts'
import { peakOf } from './peak-of.ts'
import { Texts } from './random.ts'
import { madeUpReplies } from './replies.ts'
import { writeRows, type RowsShape } from './rows.ts'
import { withServer } from './server.ts'

/** The rows of the benchmarks at their usual size. */
export const FULL_SIZE_ROWS = 20_000
const MOST_MB = 400
/** Rows a second at which 680,000 rows take ten minutes. */
const LEAST_AGAIN = 1_134
const QUERIES = 200

type Shape = Pick<RowsShape, 'negatives' | 'passageLength'>

const over = (name: string, shape: Shape): Benchmark => ({
  name,
  summary: `every command over one file of rows of ${shape.negatives} negatives of ${shape.passageLength} characters; --rows N, default ${FULL_SIZE_ROWS}`,
  run: (scale, note) =>
    inFolder((folder) => everyCommand(folder, { ...shape, rows: Math.round(FULL_SIZE_ROWS * scale) }, note)),
})

export const fullSize = over('full-size', { negatives: 25, passageLength: 300 })
export const shortRows = over('short-rows', { negatives: 4, passageLength: 200 })

async function everyCommand(folder: string, shape: RowsShape, note: (text: string) => void): Promise<Figure[]> {
  const { rows, passageLength } = shape
  const at = (name: string) => join(folder, name)
  const [input, collection] = [at('rows.jsonl'), at('collection')]
  await writeRows(input, shape)
  await writeCollection(collection, passageLength)
  note(`${counted(rows)} rows, ${megabytes(statSync(input).size)}`)
  const figures: Figure[] = []
  const take = async (what: string, command: string, leastRate?: number) => {
    const { peak, seconds, processorSeconds } = await peakOf(at('peak'), command)
    const each = Math.round((processorSeconds / rows) * 1e6)
    const value = `${perSecond(rows / seconds)} · ${counted(each)} µs of processors a row · ${megabytes(peak)}`
    note(`${what}: ${value}`)
    figures.push({ what, value, target: atMost(peak / 1e6, MOST_MB) })
    if (leastRate !== undefined)
      figures.push({
        what: `${what}: rows/s`,
        value: perSecond(rows / seconds),
        target: atLeast(rows / seconds, leastRate),
      })
  }
  const disk = (name: string) => {
    const figure = diskOf(at(`${name}.db`))
    note(`${name}, disk: ${figure}`)
    figures.push({ what: `${name}: disk of the ledger`, value: figure })
  }
  await take('doctor', `doctor ${input}`)
  await withServer({ replies: repliesOf(shape) }, async (urlOf) => {
    const sending = '--quiet --no-check --pilot 0 --concurrency 64 --price 0.15/0.60'
    const models = {
      rlhn: `clean ${input} --method rlhn --screen cheap@${urlOf('screen')} --judge strong@${urlOf('judge')}`,
      arhn: `clean ${input} --method arhn --judge open@${urlOf('extract')}`,
      grow: `grow ${input} --writer writer@${urlOf('writer')} --verifier other@${urlOf('verifier')}`,
    }
    for (const name of ['rlhn', 'arhn', 'grow'] as const) {
      const command = `${models[name]} --ledger ${at(`${name}.db`)} ${sending}`
      await take(name, `${command} --out ${at(`${name}.jsonl`)}`)
      disk(name)
      if (name === 'grow') continue
      await take(`${name}, again from the ledger`, `${command} --out ${at('again.jsonl')}`, LEAST_AGAIN)
      await take(
        `apply, ${name}`,
        `apply ${input} --ledger ${at(`${name}.db`)} --out ${at('again.jsonl')} --quiet`,
        LEAST_AGAIN,
      )
    }
  })
  const training = '--dimensions 32 --vocabulary 5000 --steps 20 --threads 1'
  await take('train', `train ${input} --out ${at('model')} ${training}`)
  const scoring = `clean ${input} --method percpos --scorer ${at('model')} --ledger ${at('percpos.db')} --no-check --no-stop --quiet`
  await take('percpos', `${scoring} --out ${at('percpos.jsonl')}`)
  disk('percpos')
  await take('percpos, again from the ledger', `${scoring} --out ${at('again.jsonl')}`, LEAST_AGAIN)
  const trial = `--eval ${collection} --work ${at('work')} ${training} --no-controls`
  await take('compare', `compare ${input} ${at('rlhn.jsonl')} ${trial}`)
  await take('diagnose', `diagnose ${at('grow.jsonl')}`)
  return figures
}

/** Returns what a ledger takes, and a million replies in it. */
function diskOf(path: string): string {
  const ledger = new DatabaseSync(path, { readOnly: true })
  const { replies } = ledger.prepare('SELECT count(*) AS replies FROM replies').get() as { replies: number }
  ledger.close()
  const { size } = statSync(path)
  return `${megabytes(size)} · ${megabytes((size / replies) * 1e6)} per million calls`
}

/** Returns the replies of each server: of grow's the same one to every question, so that one passage in three is accepted. */
function repliesOf({ negatives, passageLength }: Shape): Record<string, string[]> {
  const texts = new Texts(5)
  const judged = madeUpReplies(400, negatives).map(({ text }) => text)
  const all = [1, 2, 3, 4]
  const numbers = all.slice(0, 3)
  const analysis = {
    need: 'the cause',
    meets: 'it is named',
    boundary: 'naming a cause',
    requirements: all.map((number) => ({ number, text: `names ${texts.words(3)}`, critical: number < 4 })),
    perturbations: numbers.map((requirement) => ({ requirement, strategy: 'entity_shift', how: texts.words(3) })),
  }
  const passages = numbers.map((number) => ({ number, rewrites: null, text: texts.passage(passageLength) }))
  const requirements = all.map((number) => ({ number, why: 'so', verdict: number === 1 ? 'violated' : 'holds' }))
  return {
    screen: judged,
    judge: judged,
    extract: ['NO_ANSWER'],
    writer: [JSON.stringify({ ...analysis, passages })],
    verifier: [JSON.stringify({ requirements, why: 'so', attempts_answer: false })],
  }
}

async function writeCollection(folder: string, passageLength: number): Promise<void> {
  const texts = new Texts(6)
  const numbers = Array.from({ length: QUERIES }, (_, number) => number)
  const linesOf = (of: (number: number) => string) => `${numbers.map(of).join('\n')}\n`
  await mkdir(join(folder, 'qrels'), { recursive: true })
  const text = (id: string, length: number) => JSON.stringify({ _id: id, title: '', text: texts.passage(length) })
  writeFileSync(
    join(folder, 'corpus.jsonl'),
    linesOf((number) => text(`d${number}`, passageLength)),
  )
  writeFileSync(
    join(folder, 'queries.jsonl'),
    linesOf((number) => text(`q${number}`, 60)),
  )
  const judgements = linesOf((number) => `q${number}\td${number}\t1`)
  writeFileSync(join(folder, 'qrels', 'test.tsv'), `query-id\tcorpus-id\tscore\n${judgements}`)
}

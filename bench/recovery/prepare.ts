// The first step: damages the rows, and has Winnow clean every damaged file, with a scripted model in this process.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { clean } from '../../src/commands/clean/clean.ts'
import { apply } from '../../src/job/apply.ts'
import type { CleanOptions } from '../../src/job/job.ts'
import { planted, type DamagedRow } from '../laboratories/damage.ts'
import { modelOf, type World } from './answers.ts'
import { CLEANINGS, isThere, nameOf, placesIn, UNJUDGED, writeJson, writeWhole, type Cleaning } from './arms.ts'
import type { Judge } from './judge.ts'
import { byDraw } from './planting.ts'
import { linesOf, readLines, type TrainingRow } from './rows.ts'

/**
 * Passages per call of ARHN: the scripted judge's opinion of a passage does not depend on the others shown, and fewer calls finish sooner.
 */
const PASSAGES_PER_CALL = 25
/** Rows whose negatives people have judged, for the measured policy. */
const GOLD_ROWS = 100

export interface Preparation {
  folder: string
  rates: readonly number[]
  seeds: readonly number[]
  /** By the name of the judge and the share of finds that become positive. */
  judgeOf(cleaning: Cleaning): Judge
  world: World
  /** The encoder that scores for percpos. */
  scorer: string
}

/** One damaged file. */
interface Dirty {
  rate: number
  seed: number
  rows: readonly DamagedRow[]
  path: string
}

/** Writes the rows of all arms; existing files stay. */
export async function prepare(
  cleanRows: readonly TrainingRow[],
  preparation: Preparation,
  say: (sentence: string) => void,
): Promise<void> {
  const { folder, rates, seeds } = preparation
  const places = placesIn(folder)
  writeWhole(places.clean, linesOf(cleanRows))
  for (const seed of seeds) {
    for (const rate of rates) {
      const rows = planted(cleanRows, 'both', rate / 100, seed)
      const dirty: Dirty = { rate, seed, rows, path: places.rows(rate, 'dirty', seed) }
      writeWhole(dirty.path, linesOf(rows.map(({ row }) => row)))
      for (const arm of UNJUDGED) await writeOnce(arm, dirty, preparation, say, () => unjudged(arm, dirty, preparation))
      for (const cleaning of CLEANINGS)
        await writeOnce(nameOf(cleaning), dirty, preparation, say, () => judged(cleaning, dirty, preparation))
      rmSync(scratchOf(dirty, preparation), { recursive: true, force: true })
    }
  }
}

async function writeOnce(
  arm: string,
  { rate, seed }: Dirty,
  { folder }: Preparation,
  say: (sentence: string) => void,
  rowsOf: () => Promise<readonly TrainingRow[]>,
): Promise<void> {
  const path = placesIn(folder).rows(rate, arm, seed)
  if (isThere(path)) return
  const rows = await rowsOf()
  writeWhole(path, linesOf(rows))
  say(`${rate}% ${arm}, seed ${seed}: ${rows.length} rows`)
}

function scratchOf({ rate, seed }: Dirty, { folder }: Preparation): string {
  const scratch = join(folder, 'scratch', `${rate} ${seed}`)
  mkdirSync(scratch, { recursive: true })
  return scratch
}

async function unjudged(
  arm: (typeof UNJUDGED)[number],
  dirty: Dirty,
  preparation: Preparation,
): Promise<readonly TrainingRow[]> {
  if (arm === 'random') return withoutAtRandom(dirty)
  const out = join(scratchOf(dirty, preparation), 'percpos.jsonl')
  const share = arm === 'percpos fitted' ? { targetShare: plantedShare(dirty) } : { force: true }
  await clean(dirty.path, { method: 'percpos', scorer: preparation.scorer, task: 'fact-check', out, ...share })
  return readLines<TrainingRow>(out)
}

/** Asks the judge once for each method, and decides as often as there are actions. */
async function judged(cleaning: Cleaning, dirty: Dirty, preparation: Preparation): Promise<readonly TrainingRow[]> {
  const { method, action } = cleaning
  const judge = preparation.judgeOf(cleaning)
  const scratch = scratchOf(dirty, preparation)
  const name = `${judge.name} ${method}`
  const [asked, ledger] = [join(scratch, `${name}.jsonl`), join(scratch, `${name}.db`)]
  if (!isThere(asked))
    await clean(dirty.path, { ...asking(cleaning, judge, dirty, preparation), task: 'fact-check', out: asked, ledger })
  if (action === 'half' || action === 'few') return readLines<TrainingRow>(asked)
  const out = join(scratch, 'decided.jsonl')
  const policy =
    action === 'measured' ? { policy: 'measured' as const, gold: goldOf(dirty, scratch) } : REMOVING[method]
  const manifest = await apply(dirty.path, { ledger, out, ...policy })
  if (action === 'measured')
    writeJson(placesIn(preparation.folder).measured(dirty.rate, cleaning.judge, dirty.seed), manifest.measured)
  return readLines<TrainingRow>(out)
}

const REMOVING = { rlhn: { better: 'remove' }, arhn: { action: 'filter' } } as const

/** The judges are scripted: they know no passage of another row, and they say the same in every order. */
const SCRIPTED = { noCheck: true, confirm: 0 } as const

function asking({ method }: Cleaning, judge: Judge, { seed }: Dirty, { world }: Preparation): CleanOptions {
  const model = (part: 'screen' | 'judge' | 'arhn') => modelOf(judge, seed, part, world)
  return method === 'rlhn'
    ? { method, screen: model('screen'), judge: model('judge'), ...SCRIPTED }
    : { method, judge: model('arhn'), passagesPerCall: PASSAGES_PER_CALL, ...SCRIPTED }
}

/** Writes the truth about the negatives of some rows, as people would judge them. */
function goldOf({ rows, seed }: Dirty, scratch: string): string {
  const drawn = byDraw(rows, ({ row }) => `recovery gold ${seed} ${row.query_id}`).slice(0, GOLD_ROWS)
  const path = join(scratch, 'gold.jsonl')
  const labels = drawn.flatMap(({ row, falseNegatives }) =>
    row.negative_passages.map(({ docid }) => ({
      row: row.query_id,
      passage: docid,
      relevant: falseNegatives.has(docid),
    })),
  )
  writeFileSync(path, linesOf(labels))
  return path
}

const countsOf = ({ rows }: Dirty) => ({
  planted: rows.reduce((sum, { falseNegatives }) => sum + falseNegatives.size, 0),
  negatives: rows.reduce((sum, { row }) => sum + row.negative_passages.length, 0),
})

function plantedShare(dirty: Dirty): number {
  const { planted: found, negatives } = countsOf(dirty)
  return found / negatives
}

/** Removes as many negatives at random as were planted; a row that loses all of them is dropped, as in cleaning. */
function withoutAtRandom(dirty: Dirty): TrainingRow[] {
  const all = dirty.rows.flatMap(({ row }) => row.negative_passages.map((passage) => ({ row: row.query_id, passage })))
  const nameOfDraw = ({ row, passage: { docid } }: (typeof all)[number]) =>
    `recovery random ${dirty.seed} ${row} ${docid}`
  const gone = new Set(
    byDraw(all, nameOfDraw)
      .slice(0, countsOf(dirty).planted)
      .map(({ passage }) => passage),
  )
  const left = dirty.rows.map(({ row }) => ({
    ...row,
    negative_passages: row.negative_passages.filter((passage) => !gone.has(passage)),
  }))
  return left.filter(({ negative_passages: negatives }) => negatives.length > 0)
}

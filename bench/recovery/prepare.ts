// The first step: mines, plants, and has Winnow clean every dirty file, with a local server as the model.
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { contentsOf } from '../../src/collections/collection.ts'
import { clean } from '../../src/commands/clean/clean.ts'
import type { CleanOptions } from '../../src/job/job.ts'
import { trainEncoder } from '../../src/train/train.ts'
import { startChatServer } from '../../test/support/chat-server.ts'
import { modelName, replyTo, worldOf } from './answers.ts'
import {
  armsAt,
  isDrawn,
  isThere,
  placesIn,
  writeJson,
  type ArmName,
  type Cleaning,
  type NumberedRow,
  type Truth,
} from './arms.ts'
import { writeRows, type Part } from './collections.ts'
import type { Judge } from './judge.ts'
import { byDraw, planted } from './planting.ts'
import { readLines, type RowPassage, type TrainingRow } from './rows.ts'

/**
 * Passages per call of ARHN: the scripted judge's opinion of a passage does not depend on the others shown, and fewer calls finish sooner.
 */
const PASSAGES_PER_CALL = 25

export interface Judges {
  'gpt-4o': Judge
  '5%': Judge
}

export interface Extent {
  rates: readonly number[]
  seeds: readonly number[]
  /** Default: all. */
  cleanings?: readonly Cleaning[] | undefined
}

interface Cleaner {
  part: Part
  judges: Judges
  /** For temporary files. */
  scratch: string
  url: string
  /** Folder of the encoder that scores for percpos. */
  scorer: string
  isPlanted(row: string, passage: RowPassage): boolean
}

/** Writes the rows of all arms of a part as numbers; existing files stay. */
export async function preparePart(
  part: Part,
  judges: Judges,
  { folder, rates, seeds, cleanings }: Extent & { folder: string },
  say: (sentence: string) => void,
): Promise<void> {
  const places = placesIn(folder)
  const scratch = join(places.part(part.name), 'scratch')
  mkdirSync(scratch, { recursive: true })
  const numbers = new Map<string, number>()
  const dirtiest = planted(part.rows, part.plants, 1)
  const numbered = [...part.rows, ...dirtiest].map((row) => numberedRow(row, numbers))
  const plants = Object.fromEntries(
    [...part.plants].map(([row, passages]) => [row, passages.flatMap((each) => numbers.get(contentsOf(each)) ?? [])]),
  )
  writeJson(places.truth(part.name), { texts: [...numbers.keys()], plants } satisfies Truth)
  if (rates.includes(0)) writeJson(places.rows(part.name, 0, 'clean', 0), numbered.slice(0, part.rows.length))

  const world = worldOf(part.rows, part.plants)
  const all = Object.values(judges) as Judge[]
  const server = await startChatServer({ reply: (request) => ({ text: replyTo(request, all, world) }), forget: true })
  try {
    const names = new Map([...part.plants].map(([row, passages]) => [row, new Set(passages.map(({ docid }) => docid))]))
    const cleaner: Cleaner = {
      part,
      judges,
      scratch,
      url: server.url,
      scorer: await untrainedEncoder(part, scratch),
      isPlanted: (row, { docid }) => names.get(row)?.has(docid) ?? false,
    }
    for (const rate of rates.filter((each) => each > 0)) {
      const dirty = planted(part.rows, part.plants, rate / 100)
      for (const arm of armsAt(rate, cleanings)) {
        for (const seed of isDrawn(arm) ? seeds : [0]) {
          const path = places.rows(part.name, rate, arm, seed)
          if (isThere(path)) continue
          const rows = await rowsOf(arm, dirty, seed, cleaner)
          writeJson(
            path,
            rows.map((row) => numberedRow(row, numbers)),
          )
          say(`${part.name} ${rate}% ${arm}${isDrawn(arm) ? ` seed ${seed}` : ''}: ${rows.length} rows`)
        }
      }
    }
  } finally {
    await server.close()
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** Creates the encoder that training starts from, with the words of the clean rows. */
async function untrainedEncoder({ rows }: Part, scratch: string): Promise<string> {
  const [path, out] = [join(scratch, 'clean.jsonl'), join(scratch, 'untrained')]
  writeRows(path, rows)
  await trainEncoder(path, { out, epochs: 1, learningRate: 0, threads: 1 })
  return `static:${out}`
}

async function rowsOf(arm: ArmName, dirty: TrainingRow[], seed: number, cleaner: Cleaner): Promise<TrainingRow[]> {
  if (arm === 'dirty') return dirty
  if (arm === 'random') return withoutAtRandom(dirty, seed, cleaner)
  const { part, scratch } = cleaner
  const [input, out] = [join(scratch, 'dirty.jsonl'), join(scratch, 'cleaned.jsonl')]
  const ledger = join(scratch, 'ledger.db')
  writeRows(input, dirty)
  await clean(input, { ...optionsOf(arm, dirty, seed, cleaner), ...SCRIPTED, task: part.task, out, ledger })
  const rows = readLines<TrainingRow>(out)
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${ledger}${suffix}`, { force: true })
  return rows
}

/** The judges are scripted: they know no passage of another row. */
const SCRIPTED = { noCheck: true }

/** Returns the defaults of each method; percpos also runs with its share fitted to the number of planted negatives, which it is told. */
function optionsOf(arm: ArmName, dirty: TrainingRow[], seed: number, cleaner: Cleaner): CleanOptions {
  const { judges, url, scorer } = cleaner
  const [method, how] = arm.split(' ') as [string, string]
  if (method === 'percpos') {
    const share = how === 'fitted' ? { targetShare: plantedShare(dirty, cleaner) } : { force: true }
    return { method, scorer, ...share }
  }
  const judge = judges[how as keyof Judges]
  const model = (stage: 'screen' | 'judge' | 'arhn') => `${modelName(judge, seed, stage)}@${url}`
  // They say the same in every order.
  return method === 'rlhn'
    ? { method, screen: model('screen'), judge: model('judge'), confirm: 0 }
    : { method, judge: model('arhn'), passagesPerCall: PASSAGES_PER_CALL, confirm: 0 }
}

function plantedShare(dirty: readonly TrainingRow[], { isPlanted }: Cleaner): number {
  const negatives = dirty.flatMap((row) => row.negative_passages.map((passage) => isPlanted(row.query_id, passage)))
  return negatives.filter(Boolean).length / negatives.length
}

/** Removes as many negatives at random as were planted; a row that loses all of them is dropped, as in cleaning. */
function withoutAtRandom(dirty: TrainingRow[], seed: number, { isPlanted }: Cleaner): TrainingRow[] {
  const all = dirty.flatMap((row) => row.negative_passages.map((passage) => ({ row: row.query_id, passage })))
  const count = all.filter(({ row, passage }) => isPlanted(row, passage)).length
  const drawn = byDraw(all, ({ row, passage: { docid } }) => `recovery random ${seed} ${row} ${docid}`).slice(0, count)
  const gone = new Set(drawn.map(({ passage }) => passage))
  const left = dirty.map((row) => ({
    ...row,
    negative_passages: row.negative_passages.filter((passage) => !gone.has(passage)),
  }))
  return left.filter(({ negative_passages: negatives }) => negatives.length > 0)
}

/** Converts a row to the numbers of its texts, counted from 0. */
function numberedRow(row: TrainingRow, numbers: Map<string, number>): NumberedRow {
  const numberOf = (text: string) => {
    const number = numbers.get(text) ?? numbers.size
    numbers.set(text, number)
    return number
  }
  return {
    id: row.query_id,
    query: numberOf(row.query),
    positives: row.positive_passages.map((passage) => numberOf(contentsOf(passage))),
    negatives: row.negative_passages.map((passage) => numberOf(contentsOf(passage))),
  }
}

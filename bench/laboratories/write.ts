// The first step: files of rows, in a folder for each question. `variants` are for the agreement of laboratories, `damage` for what false
// negatives cost and how often that is found, `halves` and `same` for how often a difference is found where there is none.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { mine } from '../../src/commands/mine/mine.ts'
import { linesOf, readLines, type TrainingRow } from '../recovery/rows.ts'
import { halfOfRows, planted } from './damage.ts'
import { DEPTH, ranks, variantsOf, type MinedRow } from './variants.ts'

export const RATES = [25, 50, 75] as const

export interface WriteRequest {
  folder: string
  /** The folder of `scifact` and `dl19`. */
  data: string
  /** Mines the negatives. */
  encoder: string
  /** Draws of the damage at 25% of the rows, and at the higher rates. */
  draws: number
  higherDraws: number
  /** Pairs of halves of the clean rows. */
  pairs: number
}

export async function writeFiles({ folder, data, encoder, draws, higherDraws, pairs }: WriteRequest): Promise<void> {
  const place = (name: string) => join(folder, 'mined', `${name}.jsonl`)
  const mined = {
    encoder: await minedBy(encoder, place('encoder'), data),
    bm25: await minedBy('bm25', place('bm25'), data),
  }
  writeAll(join(folder, 'variants'), variantsOf(mined, data))
  const clean = ranks(mined.encoder, 1)
  writeAll(join(folder, 'damage'), new Map([['clean', clean], ...damages(clean, draws, higherDraws)]))
  writeAll(join(folder, 'same'), new Map([['clean', clean]]))
  const halves = Array.from({ length: pairs }, (_, draw) => [
    [`${draw} first`, halfOfRows(clean, draw, true)] as const,
    [`${draw} second`, halfOfRows(clean, draw, false)] as const,
  ])
  writeAll(join(folder, 'halves'), new Map(halves.flat()))
}

/** Mines every train query of SciFact once, and reads what was mined. */
export async function minedBy(retriever: string, path: string, data: string): Promise<MinedRow[]> {
  mkdirSync(dirname(path), { recursive: true })
  const options = { split: 'train', out: path, retriever, negatives: DEPTH, share: 'off', tooFew: 'fill' } as const
  if (!existsSync(path)) await mine(join(data, 'scifact'), options)
  return readLines<MinedRow>(path)
}

const damages = (clean: readonly TrainingRow[], draws: number, higherDraws: number): [string, TrainingRow[]][] =>
  RATES.flatMap((rate) =>
    Array.from({ length: rate === RATES[0] ? draws : higherDraws }, (_, draw): [string, TrainingRow[]] => [
      `${rate}% ${draw}`,
      planted(clean, 'both', rate / 100, draw).map(({ row }) => row),
    ]),
  )

function writeAll(folder: string, files: ReadonlyMap<string, readonly TrainingRow[]>): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'order.json'), JSON.stringify([...files.keys()]))
  for (const [name, rows] of files) writeFileSync(join(folder, `${name}.jsonl`), linesOf(rows))
}

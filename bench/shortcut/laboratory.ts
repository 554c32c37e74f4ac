// What all trainings of the experiment share: one vocabulary, one engine, the same tokenized texts, and the test queries.
import { contentsOf } from '../../src/collections/collection.ts'
import { readOptions } from '../../src/options/options.ts'
import { readRows } from '../../src/rows/read.ts'
import type { Row } from '../../src/rows/row.ts'
import { openInput } from '../../src/rows/input.ts'
import { LABORATORY_OPTIONS } from '../../src/laboratory/options.ts'
import type { OwnLaboratory } from '../../src/laboratory/winnow/conditions.ts'
import type { Materials } from '../../src/laboratory/winnow/materials.ts'
import { settled } from '../../src/train/options.ts'
import { RowWords } from '../../src/train/reading.ts'
import { startAnew, type StaticStart } from '../../src/train/start/static.ts'
import { inLaboratory } from '../laboratory.ts'
import { FILES, rowsOf } from './arms.ts'

/** With the mined rows: those trained on, and those whose queries are held out. */
export interface ShortcutLaboratory extends OwnLaboratory {
  rows: Row[]
  held: Row[]
  model: StaticStart['model']
}

export async function inShortcutLaboratory(
  paths: { rows: string; held: string; eval: string },
  threads: number,
  folder: string,
  work: (lab: ShortcutLaboratory) => Promise<void>,
): Promise<void> {
  const [rows, held] = [await rowsIn(paths.rows), await rowsIn(paths.held)]
  const all = FILES.flatMap((file) => rowsOf(rows, file))
  // Capacity for the loss that needs most.
  const values = settled(readOptions(LABORATORY_OPTIONS, { loss: 'info-nce+match', eval: [paths.eval], threads }))
  const words = new RowWords(values.vocabulary)
  for (const row of all) words.add(row)
  const read = ({ texts }: Materials) => {
    for (const { query, passages } of all)
      for (const text of [query, ...passages.map(contentsOf)]) texts.add(text, 'passage')
  }
  const start = startAnew(words.counter, values)
  await inLaboratory({ values, start, folder, read }, (lab) => work({ ...lab, rows, held, model: start.model }))
}

export async function rowsIn(path: string): Promise<Row[]> {
  const input = await openInput(path, undefined)
  const rows: Row[] = []
  try {
    for await (const batch of readRows(input)) {
      for (const entry of batch) {
        if (!('row' in entry)) throw new Error(`${path}: a line that is no row`)
        rows.push(entry.row)
      }
    }
  } finally {
    await input.close()
  }
  return rows
}

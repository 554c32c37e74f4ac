// Files of made-up training rows in the format of RLHN (Tevatron v1), of any length, written in constant memory.
import { openSink } from '../src/base/sink.ts'
import { Texts } from './random.ts'

export interface RowsShape {
  rows: number
  negatives: number
  /** Approximate number of characters in a passage. */
  passageLength: number
}

/** Distinct texts that passages are made of; a number makes each passage unique. */
const POOL = 1_000

/** Writes rows `r0`, `r1`, … to `path`. */
export async function writeRows(path: string, { rows, negatives, passageLength }: RowsShape): Promise<void> {
  const texts = new Texts(1)
  const pool = Array.from({ length: POOL }, () => texts.passage(passageLength))
  const passage = (row: number, index: number) => ({
    docid: `d${row}-${index}`,
    title: '',
    text: `${pool[(row * 31 + index * 7) % POOL]} ${row}.${index}`,
  })
  const sink = await openSink(path)
  for (let row = 0; row < rows; row++) {
    const columns = {
      query_id: `r${row}`,
      query: `${(pool[row % POOL] ?? '').slice(0, 60)} ${row}?`,
      positive_passages: [passage(row, 0)],
      negative_passages: Array.from({ length: negatives }, (_each, index) => passage(row, index + 1)),
      subset: 'msmarco_passage',
    }
    await sink.write(`${JSON.stringify(columns)}\n`)
  }
  await sink.commit()
}

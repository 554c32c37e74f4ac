// Mined rows as they appear in a file, and a small collection to mine from on the command line.
import { join } from 'node:path'
import { writeCollection, type SmallCollection } from './small-collection.ts'
import { tempDir } from './files.ts'
import { runWinnow } from './run-winnow.ts'

interface MinedPassage {
  docid: string
  title: string
  text: string
  score?: number | null
  origin?: string
}
export interface MinedRow {
  query_id: string
  query: string
  positive_passages: MinedPassage[]
  negative_passages: MinedPassage[]
  miners: { name: string; identity: string }[]
}

const WORLD: SmallCollection = {
  documents: [
    { _id: 'd1', text: 'apples ripen by ethylene gas' },
    { _id: 'd2', text: 'apples ripen in the sun' },
    { _id: 'd3', text: 'apples are red' },
    { _id: 'd4', title: 'Fruit', text: 'apples and pears ripen after the harvest' },
    { _id: 'd5', text: 'bicycles are oiled' },
    { _id: 'd6', text: 'APPLES ripen by  ethylene gas' },
    { _id: 'd7', text: 'how do apples ripen' },
    { _id: 'd8', text: '' },
  ],
  queries: [
    { _id: 'q1', text: 'how do apples ripen' },
    { _id: 'q2', text: 'what is oiled' },
  ],
  judgements: [
    ['q1', 'd1', 2],
    ['q1', 'd3', 0],
    ['q2', 'd5', 1],
  ],
}

/** Creates the collection in its own folder, with its own cache. */
export function small() {
  const folder = tempDir()
  const collection = writeCollection(join(folder, 'fruit'), WORLD)
  const out = join(folder, 'out', 'rows.jsonl')
  const env = { WINNOW_CACHE: join(folder, 'cache') }
  const run = (...args: string[]) => runWinnow(['mine', ...args], { env })
  return { folder, collection, out, run }
}

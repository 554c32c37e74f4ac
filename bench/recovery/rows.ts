// The rows of the experiment: Tevatron lines, of which it changes only the negatives.
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

export interface RowPassage {
  docid: string
  title: string
  text: string
}

export interface TrainingRow {
  query_id: string
  query: string
  positive_passages: RowPassage[]
  negative_passages: RowPassage[]
}

export function readLines<T>(path: string): T[] {
  const bytes = readFileSync(path)
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T)
}

export const linesOf = (values: readonly object[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('')

// What was done with a whole file, in numbers.
import type { Manifest } from '../job/manifest.ts'
import type { RunView } from './api.ts'
import type { RunIndex } from './index/run-index.ts'

/** Counts as the manifest tells them, else as they were indexed. */
export function wholeOf(manifest: Manifest | undefined, index: RunIndex): Pick<RunView, 'rows' | 'passages'> {
  const counted = (outcome: string) => index.countOf('outcome', outcome)
  const [kept, changed, dropped, undecided] = ['kept', 'changed', 'dropped', 'undecided'].map(counted) as Counts
  return {
    rows: { all: index.rows, kept, changed, dropped, undecided },
    passages: manifest ? passagesOf(manifest) : index.passages(),
  }
}

type Counts = [number, number, number, number]

function passagesOf({ passages: { before, after } }: Manifest): RunView['passages'] {
  return { positives: [before.positive, after.positive], negatives: [before.negative, after.negative] }
}

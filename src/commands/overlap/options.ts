// The options of overlap.
import { KINDS } from './likeness.ts'
import { REMOVABLE } from './remove.ts'
import { JUDGED } from './test-side.ts'
import { choice, decimal, text, type OptionInput, type OptionValues } from '../../options/options.ts'
import { NEAR_DUPLICATE } from '../../likeness/min-hash.ts'
import { ROW_OPTIONS } from '../../rows/options.ts'

export const OVERLAP_OPTIONS = {
  split: text('SPLIT', {
    help: 'split to look for (default: test, or the only one)',
  }),
  subset: text('NAME', { help: 'dataset, if the folder holds several', rare: true }),
  judged: choice(JUDGED, {
    help: 'judged passages to look for: those with grade 1 or higher, or all',
    default: 'relevant',
  }),
  match: choice(KINDS, { help: 'loosest kind of match that counts', default: 'near' }),
  threshold: decimal('SIMILARITY', {
    help: 'Jaccard similarity (five-character shingles) at which texts count as near-duplicates',
    default: NEAR_DUPLICATE,
    min: 0.3,
    max: 1,
  }),
  out: text('ROWS', { help: 'write the rows without the overlap (.gz compresses, - is standard output)' }),
  remove: choice(REMOVABLE, {
    help: 'what --out removes: rows with a test query, judged passages, or both (default: both)',
    default: undefined,
  }),
  report: text('DIR', { help: 'folder for the lists of changes and the report (default: next to --out)', rare: true }),
  onBadRow: choice(['stop', 'skip'], {
    help: 'unreadable rows, with --out: stop, or skip them and write them to OUT.bad.jsonl',
    default: 'stop',
  }),
  format: ROW_OPTIONS.format,
}

export type OverlapInput = OptionInput<typeof OVERLAP_OPTIONS>
export type OverlapValues = OptionValues<typeof OVERLAP_OPTIONS>

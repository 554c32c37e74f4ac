// The options of overlap.
import { KINDS } from './likeness.ts'
import { REMOVABLE } from './remove.ts'
import { JUDGED } from './test-side.ts'
import { choice, decimal, text, type OptionInput, type OptionValues } from '../../options/options.ts'
import { NEAR_DUPLICATE } from '../../likeness/min-hash.ts'
import { ROW_OPTIONS } from '../../rows/options.ts'

export const OVERLAP_OPTIONS = {
  split: text('SPLIT', {
    help: 'whose queries and judgements are looked for (default: test, or the only one there is)',
  }),
  subset: text('NAME', { help: 'which dataset of a folder that holds several', rare: true }),
  judged: choice(JUDGED, {
    help: 'which judged passages are looked for: those of grade 1 or more, or all',
    default: 'relevant',
  }),
  match: choice(KINDS, { help: 'the weakest likeness that counts', default: 'near' }),
  threshold: decimal('SIMILARITY', {
    help: 'Jaccard similarity of five-character shingles from which on texts are near-duplicates',
    default: NEAR_DUPLICATE,
    min: 0.3,
    max: 1,
  }),
  out: text('ROWS', { help: 'write the rows without what was found (.gz compresses, - is standard output)' }),
  remove: choice(REMOVABLE, {
    help: 'what --out leaves out: rows that ask a test query, judged passages, or both (default: both)',
    default: undefined,
  }),
  report: text('DIR', { help: 'folder for the lists of changes and the report (default: beside --out)', rare: true }),
  onBadRow: choice(['stop', 'skip'], {
    help: 'rows that cannot be read, with --out: stop, or set them aside in OUT.bad.jsonl',
    default: 'stop',
  }),
  format: ROW_OPTIONS.format,
}

export type OverlapInput = OptionInput<typeof OVERLAP_OPTIONS>
export type OverlapValues = OptionValues<typeof OVERLAP_OPTIONS>

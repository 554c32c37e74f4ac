// The options of doctor.
import { flag, text, type OptionInput } from '../../options/options.ts'
import { ROW_OPTIONS } from '../../rows/options.ts'

export const DOCTOR_OPTIONS = {
  known: text('QRELS', { help: 'judgements (TREC or BEIR); their relevant passages are known positives' }),
  strict: flag({ help: 'exit with 1 if something breaks training: a gate for CI' }),
  fix: flag({
    help: 'write the rows to --out without repeated rows and passages, empty passages and copied positives (exact copies only), and with bad rows mended where that is safe',
  }),
  out: text('ROWS', {
    help: 'output file of --fix, in the format of the input; rows that were left out are in OUT.dropped.jsonl',
  }),
  format: ROW_OPTIONS.format,
}

export type DoctorInput = OptionInput<typeof DOCTOR_OPTIONS>

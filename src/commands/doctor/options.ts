// The options of doctor.
import { flag, text, type OptionInput } from '../../options/options.ts'
import { ROW_OPTIONS } from '../../rows/options.ts'

export const DOCTOR_OPTIONS = {
  known: text('QRELS', { help: 'judgements (TREC or BEIR); their relevant passages are known positives' }),
  strict: flag({ help: 'exit with 1 if something breaks training: a gate for CI' }),
  format: ROW_OPTIONS.format,
}

export type DoctorInput = OptionInput<typeof DOCTOR_OPTIONS>

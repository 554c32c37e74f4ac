// The options of doctor.
import { text, type OptionInput } from '../../options/options.ts'
import { ROW_OPTIONS } from '../../rows/options.ts'

export const DOCTOR_OPTIONS = {
  known: text('QRELS', { help: 'judgements (TREC or BEIR); their relevant passages are known positives' }),
  format: ROW_OPTIONS.format,
}

export type DoctorInput = OptionInput<typeof DOCTOR_OPTIONS>

// The options of init.
import { flag, text, type OptionInput } from '../../options/options.ts'
import { ROW_OPTIONS } from '../../rows/options.ts'

export const INIT_OPTIONS = {
  out: text('FILE', { help: 'file to write', default: 'winnow.yaml' }),
  force: flag({ help: 'overwrite the file if it exists' }),
  format: ROW_OPTIONS.format,
}

export type InitInput = OptionInput<typeof INIT_OPTIONS>

// The options of every command that reads rows.
import { choice } from '../options/options.ts'
import { FORMAT_NAMES } from './formats/names.ts'

export const ROW_OPTIONS = {
  format: choice(FORMAT_NAMES, {
    help: 'format of the rows (default: detected from the first row)',
    default: undefined,
    rare: true,
  }),
  onBadRow: choice(['stop', 'skip'], {
    help: 'unreadable rows: stop, or skip them and write them to OUT.bad.jsonl',
    default: 'stop',
  }),
}

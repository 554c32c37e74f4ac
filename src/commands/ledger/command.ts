// winnow ledger: the contents of the store of replies, whether it is intact, and how to make it smaller.
import { flag } from '../../options/options.ts'
import type { CommandSpec } from '../../terminal/command.ts'

const LEDGER_OPTIONS = {
  verify: flag({ help: 'check the file, the index, the sums and every checksum' }),
  compact: flag({ help: 'give unused space back, and replies of earlier versions their checksums' }),
  salvage: flag({ help: 'copy everything sound in a damaged ledger into a new one, which takes its place' }),
}

export const command: CommandSpec = {
  example: 'winnow ledger .winnow/ledger.db --verify',
  schema: LEDGER_OPTIONS,
  load: () => import('./work.ts'),
}

// winnow ledger: the contents of the store of replies, whether it is intact, and how to make it smaller.
import { flag } from '../../options/options.ts'
import type { CommandSpec } from '../../terminal/command.ts'

const LEDGER_OPTIONS = {
  verify: flag({ help: 'check the file, the index, the sums and every checksum' }),
  compact: flag({ help: 'release unused space, and add checksums to replies of earlier versions' }),
  salvage: flag({ help: 'replace a damaged ledger with a copy of everything sound in it' }),
}

export const command: CommandSpec = {
  example: 'winnow ledger .winnow/ledger.db --verify',
  schema: LEDGER_OPTIONS,
  load: () => import('./work.ts'),
}

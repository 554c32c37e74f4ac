// The options of winnow batch, by its words.
import { CALL_OPTIONS } from '../../job/options.ts'
import { flag, text } from '../../options/options.ts'

const LEDGER = text('LEDGER', {
  help: 'the ledger of the runs: a file, or postgres://HOST/DATABASE (default: .winnow/ledger.db)',
})

export const BATCH_OPTIONS = {
  list: { ledger: LEDGER, all: flag({ help: 'also the jobs that are done (cancel: every open job)' }) },
  wait: { ledger: LEDGER, poll: CALL_OPTIONS.poll, maxRetries: CALL_OPTIONS.maxRetries },
  cancel: {
    ledger: LEDGER,
    all: flag({ help: 'also the jobs that are done (cancel: every open job)' }),
    poll: CALL_OPTIONS.poll,
    maxRetries: CALL_OPTIONS.maxRetries,
  },
  import: { ledger: LEDGER },
}

// The option that names a file of evidence.
import { text } from '../options/options.ts'

export const EVIDENCE_OPTION = text('FILE', {
  help: 'read the evidence from a file written by --write-evidence instead of a ledger',
})

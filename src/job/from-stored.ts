// A run that was gathered before: its replies are read from the ledger once, while deciding, instead of twice.
import { NotStored } from '../llm/errors.ts'
import type { Ledger } from '../llm/ledger/ledger.ts'
import type { CallTotals } from './call-totals.ts'
import type { Rest } from './gather/gather-phase.ts'
import type { Manifest } from './manifest.ts'
import type { RecordedRun } from './record-run.ts'
import { storeOf, type EvidenceStore } from './stored/store.ts'

interface StoredParts {
  ledger: Ledger
  recorded: RecordedRun
  calls: CallTotals
}

/** Decides from the replies in the ledger. Where one is missing, begins anew once the rest of the rows has been asked about. */
export async function fromStored(
  rest: Rest,
  { ledger, recorded, calls }: StoredParts,
  finish: (store: EvidenceStore) => Promise<Manifest>,
): Promise<Manifest> {
  try {
    return await finish(storeOf(ledger, (request, reply) => calls.found(request, reply)))
  } catch (error) {
    if (!(error instanceof NotStored)) throw error
    await recorded.restart(recorded.cascade)
    await rest.ask()
    return await finish(storeOf(ledger))
  } finally {
    await rest.close()
  }
}

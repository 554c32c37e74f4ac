// The store of the evidence of earlier runs: a ledger, or a file that one of them wrote.
import { UsageError } from '../../base/errors.ts'
import { ledgerAsk, type AskObserver } from '../../llm/ask.ts'
import type { Ask } from '../../llm/chat.ts'
import type { Ledger } from '../../llm/ledger/ledger.ts'
import type { RunSpending } from '../../llm/ledger/run-record.ts'
import { openLedger } from '../../llm/ledger/open.ts'
import type { Job } from '../job.ts'
import { humansOf } from './humans.ts'
import type { EvidenceFile } from '../../evidence/file.ts'
import { openEvidence } from '../../evidence/reader.ts'
import type { EvidenceHead } from '../../evidence/record.ts'
import { assertEvidenceOf, fromFile, fromLedger, type EvidenceSource } from './source.ts'
import { chooseRun, storedRun, type StoredRun } from './stored-run.ts'

interface StoreValues {
  evidence?: string | undefined
  ledger?: string | undefined
  limit?: number | undefined
}

/** How to read what is stored. */
interface StoreView {
  /** Wraps the ask through which the method reads replies. */
  around?: (ask: Ask) => Ask
  /** The first line to read. Default: 1. */
  fromLine?: number
  /** Whether this pass is the one whose replies are counted. */
  isCounted?: boolean
}

/** Stores the evidence of runs. */
export interface EvidenceStore {
  path: string
  /** Undefined for a file, which holds no calls. */
  ledger: Ledger | undefined
  /** @throws UsageError if there is no run over the input with this hash */
  runOver(hash: string, input: string, id: string | undefined): Promise<StoredRun>
  source(job: Pick<Job, 'definition' | 'plan' | 'run'>, look?: StoreView): EvidenceSource
  spending(run: string): Promise<RunSpending>
  close(): Promise<void>
}

/** Opens the named file of evidence, else the ledger. @throws UsageError if it cannot be used */
export async function openStore(values: StoreValues, ledgerPath: string): Promise<EvidenceStore> {
  if (values.evidence === undefined) return storeOf(await openLedger(ledgerPath, { mustExist: true, orRead: true }))
  if (values.ledger === undefined) return fileStore(values.evidence, values.limit)
  throw new UsageError('--evidence and --ledger exclude each other')
}

/**
 * Returns the runs of a ledger as a store.
 * @param all receives the replies of the pass that is counted, of a run that has all of them; undefined if some may be missing
 */
export function storeOf(ledger: Ledger, all?: AskObserver['found']): EvidenceStore {
  const askFor = (isCounted: boolean) =>
    ledgerAsk(ledger, { onFound: isCounted ? all : undefined, isWhole: all !== undefined })
  return {
    path: ledger.path,
    ledger,
    runOver: async (hash, input, id) => storedRun(await chooseRun(ledger, hash, input, id)),
    source: ({ definition, plan, run }, { around = (ask: Ask) => ask, isCounted = false } = {}) =>
      fromLedger(ledger, definition, plan, run.settings, around(askFor(isCounted)), humansOf(ledger, run.id)),
    spending: (run) => ledger.runs.spending(run),
    close: () => ledger.close(),
  }
}

/** The cost of a run is not part of its evidence. */
const UNKNOWN_SPENDING: RunSpending = { replies: 0, cost: 0, unpriced: 1, unsettled: 0 }

/** @param limit rows to process; at most those that the evidence covers */
async function fileStore(path: string, limit: number | undefined): Promise<EvidenceStore> {
  const file = await openEvidence(path)
  const { head } = file
  if (head.limit !== null && limit !== undefined && limit > head.limit) {
    throw new UsageError(`--limit ${limit}: ${path} only has evidence for the first ${head.limit} rows`)
  }
  return {
    path,
    ledger: undefined,
    runOver: async (hash, input, id) => {
      assertEvidenceOf(file, hash, input)
      if (id === undefined || id === head.run) return runOf(head)
      throw new UsageError(`${path} is the evidence of run ${head.run}, not ${id}`)
    },
    source: ({ definition }, { fromLine = 1 } = {}) =>
      fromFile(startingAt(file, fromLine), definition, limit === undefined || limit === head.limit),
    spending: async () => UNKNOWN_SPENDING,
    close: () => Promise.resolve(),
  }
}

const runOf = ({ run, method, options, models, limit }: EvidenceHead): StoredRun => ({
  id: run,
  method,
  settings: { options, identities: models, limit },
})

/** Returns the same file without records about earlier lines. */
function startingAt(file: EvidenceFile, line: number): EvidenceFile {
  return {
    ...file,
    records: async function* () {
      for await (const each of file.records()) if (each.record.line >= line) yield each
    },
  }
}

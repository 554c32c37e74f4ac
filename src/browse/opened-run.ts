// A run opened to be read: its rows, its evidence and how it decides. Any of its rows can then be explained. Asks and writes nothing.
import { existsSync } from 'node:fs'
import type { OwnPolicy } from '../policy/policy.ts'
import { messageOf, UsageError } from '../base/errors.ts'
import type { SurveyOutcome } from '../method/definition.ts'
import type { Measured } from '../policy/measured.ts'
import { flagOf, readOptions } from '../options/options.ts'
import type { RowLine } from '../rows/read.ts'
import { openInput, type Input } from '../rows/input.ts'
import { POLICY_OPTIONS } from '../job/options.ts'
import { policyIn } from '../job/program/program.ts'
import { defaultLedger } from '../job/outputs.ts'
import { asReadBefore, asStored, type ReadRows } from '../job/stored/stored-input.ts'
import { openStore, type EvidenceStore } from '../job/stored/store.ts'
import { decidingBy, short, type StoredDecider, type StoredRun } from '../job/stored/stored-run.ts'
import { surveyRows } from '../job/survey.ts'
import type { Scan } from '../rows/scan.ts'
import { EXPLAIN_OPTIONS, type ExplainOptions } from './explain-options.ts'
import { explainRow, type DecidingRun, type Explanation } from './explain-row.ts'
import { madeFrom, type OutputOrigin } from './made-from.ts'
import type { RowRecords } from './recorded.ts'

/** A run over rows, ready to explain any of them. */
export interface OpenedRun extends DecidingRun {
  /** How many rows the run covered, from the first. */
  limit: number
  /** @param records what the lists beside the output say about the row; undefined for an input */
  explain(entry: RowLine, records: RowRecords | undefined): Promise<Explanation>
  close(): Promise<void>
}

/**
 * Opens the run that made an output, or a run over an input.
 * @param rows the input of a run, or its output, whose manifest then says what was done; with `run`, the input of that other run
 * @param before what is known of the input of an output that has not changed since it was read; it is not read again then
 * @throws UsageError if there is no such run, or the input has changed since the output was made
 */
export async function openRun(
  rows: string,
  { policy: decidesBy, ...plain }: ExplainOptions = {},
  before?: ReadRows,
): Promise<OpenedRun> {
  const { own, option } = policyIn(decidesBy)
  const given = { ...plain, ...option }
  const { run, ledger, evidence, report, format: _format, ...others } = given
  const values = readOptions(EXPLAIN_OPTIONS, given)
  const from = madeFrom(rows, report)
  // An output can be the input of another run.
  const made = run === undefined || run === from?.manifest.run ? from : undefined
  if (made) assertNoOther(rows, made, others, own)
  const isNamed = ledger !== undefined || evidence !== undefined
  const store =
    made && !isNamed
      ? await openStore({ evidence: made.evidence }, made.ledger)
      : await openStore({ ledger, evidence }, ledger ?? ledgerNear(rows))
  try {
    const opened = await openRows(rows, made, values.format)
    try {
      const options = made ? policyOf(made) : others
      const known = options['known'] as string | undefined
      const runOver = async (hash: string) => {
        if (made && made.hash !== hash) throw changed(rows, made, hash)
        return store.runOver(hash, opened.name, made?.manifest.run ?? run)
      }
      const { input, scan, stored } =
        made && before
          ? await asReadBefore(opened, before, runOver)
          : await asStored(opened, { onBadRow: 'skip', known }, runOver)
      const deciding = decidingBy(stored, options, scan.hash, own)
      const surveyed = made ? foundIn(made) : await survey(input, deciding, stored, store, scan as Scan)
      const { measured = null } = (surveyed?.sections ?? {}) as { measured?: Measured | null }
      const limit = made ? made.manifest.rows.read : (stored.settings.limit ?? Infinity)
      const decided = {
        made,
        input,
        scan,
        stored,
        store,
        deciding,
        policy: deciding.policy(surveyed?.figures),
        measured,
      }
      const explain: OpenedRun['explain'] = (entry, records) => explainRow(entry, rows, decided, records)
      const close = async () => {
        await opened.close()
        await store.close()
      }
      return { ...decided, limit, explain, close }
    } catch (error) {
      await opened.close()
      throw error
    }
  } catch (error) {
    await store.close()
    throw error
  }
}

/** Refuses policy options for an output, because its own decision is explained and not that of another policy. */
function assertNoOther(
  rows: string,
  { input, manifest: { program } }: OutputOrigin,
  given: Record<string, unknown>,
  own: OwnPolicy | undefined,
): void {
  if (program?.policy !== undefined && own?.name !== program.policy) {
    throw new UsageError(`${rows} was decided by the custom policy "${program.policy}"`, {
      hint: 'Explain it from a program: explain(rows, row, { policy }).',
    })
  }
  const others = { ...given, policy: program?.policy === undefined ? own : undefined }
  const flags = Object.entries(others)
    .filter(([, value]) => value !== undefined)
    .map(([name]) => flagOf(name))
  if (flags.length === 0) return
  throw new UsageError(`${flags.join(', ')}: no effect on ${rows}, whose options are in its manifest`, {
    hint: `To see the effect of other options, explain the rows it was made from: ${input}`,
  })
}

/** Returns the policy options that an output was made with. */
function policyOf({ options }: OutputOrigin): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => name in POLICY_OPTIONS))
}

function ledgerNear(rows: string): string {
  const [beside, here] = [defaultLedger(rows), defaultLedger('-')]
  return existsSync(beside) || !existsSync(here) ? beside : here
}

async function openRows(rows: string, made: OutputOrigin | undefined, format: string | undefined): Promise<Input> {
  if (made === undefined) return openInput(rows, format, undefined, true)
  try {
    return await openInput(made.input, made.options['format'] as string | undefined, undefined, true)
  } catch (error) {
    throw new UsageError(`${rows} was made from ${made.input}, which cannot be read: ${messageOf(error)}`, {
      cause: error,
      hint: 'Restore it, or give a copy of it: winnow explain ROWS ROW_ID --ledger FILE.',
    })
  }
}

function changed(rows: string, { input, hash }: OutputOrigin, now: string): UsageError {
  return new UsageError(
    `${input} has changed since ${rows} was made from it (SHA-256 ${short(hash)} then, ${short(now)} now)`,
    { hint: 'Restore the original rows, or rerun the command that made the output.' },
  )
}

type Surveyed = Pick<SurveyOutcome, 'figures' | 'sections'>

const foundIn = ({ manifest }: OutputOrigin): Surveyed => ({ figures: manifest.figures, sections: { ...manifest } })

/** Surveys all rows if the policy needs it. */
async function survey(
  input: Input,
  deciding: StoredDecider,
  run: StoredRun,
  store: EvidenceStore,
  scan: Scan,
): Promise<Surveyed | undefined> {
  const needed = deciding.survey()
  if (!needed?.isNeeded) return undefined
  const { definition, plan } = deciding
  const job = { definition, input, plan, scan, run, hooks: {} }
  const source = store.source(job)
  return source.reading(() => surveyRows(job, source, needed), needed.isDone === undefined)
}

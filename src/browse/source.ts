// Opens what the studio reads: the run that decided about the rows if it can be had, else the rows themselves.
import { messageOf, UsageError } from '../base/errors.ts'
import type { Hooks } from '../base/hooks.ts'
import type { OutputPaths } from '../job/outputs.ts'
import { openInput, type Input } from '../rows/input.ts'
import { scan } from '../rows/scan.ts'
import { KINDS, readLists, type ListedItem } from './changes/lists.ts'
import type { IndexedRun, IndexedSource } from './index/build.ts'
import { NOTHING_KNOWN } from './index/known.ts'
import { hasPlaces } from './index/source-lines.ts'
import type { OutputOrigin } from './made-from.ts'
import { openRun, type OpenedRun } from './opened-run.ts'

/** The rows that are read, and how they were decided, as far as that can be known. */
export interface Source {
  input: Input
  run: OpenedRun | undefined
  /** Why there is no run to decide by; null if there is one. */
  noRun: string | null
  /** Whether the lists beside the output are about these rows. */
  isListed: boolean
}

/** Returns what an index of the rows is built from. */
export async function indexedRun({ input, run, isListed }: Source, paths: OutputPaths): Promise<IndexedRun> {
  return {
    input,
    limit: run?.limit ?? Infinity,
    run,
    lists: isListed ? readLists(paths, KINDS) : nothing(),
    hasPlaces: await hasPlaces(input),
    keepsEvidence: run !== undefined && run.store.ledger === undefined,
    source: { ...(run && { hash: run.scan.hash }), isListed },
  }
}

// eslint-disable-next-line require-yield
async function* nothing(): AsyncGenerator<ListedItem> {}

/** Opens the run that decided about the rows; without its evidence, the rows that it read; without these, the file itself. */
export async function openSource(
  rows: string,
  made: OutputOrigin | undefined,
  report: string | undefined,
  hooks: Hooks,
  before: IndexedSource | undefined,
): Promise<Source> {
  try {
    const run = await openRun(
      rows,
      { report },
      before?.hash === undefined ? undefined : { hash: before.hash, known: NOTHING_KNOWN },
    )
    return { input: run.input, run, noRun: null, isListed: made !== undefined }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    const noRun = messageOf(error)
    const read = made && (await openBefore(made, before?.isListed === true))
    if (read) return { input: read, run: undefined, noRun, isListed: true }
    return { input: await openInput(rows, undefined, hooks, true), run: undefined, noRun, isListed: false }
  }
}

/** Opens the rows that an output was made from; undefined if they are gone or were changed. @param isKnown whether they were not */
async function openBefore({ input, hash, options }: OutputOrigin, isKnown: boolean): Promise<Input | undefined> {
  let opened: Input | undefined
  try {
    opened = await openInput(input, options['format'] as string | undefined, {}, true)
    if (isKnown || (await scan(opened, { onBadRow: 'skip' })).hash === hash) return opened
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
  }
  await opened?.close()
  return undefined
}

// Writes the rows of the kept datasets: the very bytes that were read, in file order.
import { UsageError } from '../../base/errors.ts'
import { badRecord, readRows, type BadLine } from '../../rows/read.ts'
import { openSink, writeText, type LineSink } from '../../base/sink.ts'
import { openRowSink } from '../../rows/sink.ts'
import { collectionFiles } from '../../collections/files.ts'
import type { Input } from '../../rows/input.ts'
import { assertWritable, outputPaths, type OutputPaths } from '../../job/outputs.ts'
import type { Datasets } from './datasets.ts'
import type { PruneValues } from './options.ts'

/**
 * Chooses, before anything is trained, where rows and manifest will be written.
 * @param read files and folders that are read
 * @throws UsageError when they cannot be written there
 */
export async function keptPaths(
  { out, report, corpus, html }: PruneValues,
  read: readonly string[],
): Promise<OutputPaths | undefined> {
  if (out === undefined) {
    if (report === undefined) return undefined
    throw new UsageError('--report: nothing is written without --out', { hint: 'Give an output file with --out.' })
  }
  const paths = outputPaths(out, report)
  const ofCorpus = corpus === undefined ? [] : [corpus, ...(await filesOf(corpus))]
  await assertWritable(paths, [...read, ...ofCorpus, ...(html === undefined ? [] : [html])])
  return paths
}

const filesOf = async (folder: string) => {
  const files = await collectionFiles(folder).catch(() => [])
  return files.map(({ path }) => path)
}

/** @throws UsageError when the rows of the files cannot be written into one file */
export function assertOneFormat(inputs: readonly Input[]): void {
  const formats = inputs.map(({ name, format }) => `${name}: ${format.name}`)
  if (new Set(inputs.map(({ format }) => format.name)).size === 1) return
  throw new UsageError(`--out: rows of different formats cannot share one file (${formats.join(', ')})`, {
    hint: 'Omit --out: the table shows which files to keep.',
  })
}

const NEWLINE = 10

/** @param gone numbers of the pruned datasets @returns how many rows are kept */
export async function writeKept(
  inputs: readonly Input[],
  datasets: Datasets,
  gone: ReadonlySet<number>,
  sinks: KeptSinks | undefined,
  signal?: AbortSignal,
): Promise<number> {
  let kept = 0
  let isOpen = false
  for (const [file, input] of inputs.entries()) {
    for await (const batch of readRows(input)) {
      signal?.throwIfAborted()
      for (const entry of batch) {
        if (!('row' in entry)) await sinks?.bad?.write(badLineOf(input, entry))
        else if (!gone.has(datasets.of(entry.row, file))) {
          kept += 1
          const { bytes } = entry.line
          if (isOpen) await sinks?.rows.write('\n')
          await sinks?.rows.write(bytes)
          isOpen = bytes.at(-1) !== NEWLINE
        }
      }
    }
    await input.assertUnchanged()
  }
  return kept
}

/** Formats a line like the file of bad rows of other commands, with the name of its source file. */
const badLineOf = ({ name }: Input, entry: BadLine) => `${JSON.stringify({ file: name, ...badRecord(entry) })}\n`

export interface KeptSinks {
  rows: LineSink
  bad: LineSink | undefined
}

/** @param inputs the files of the rows, all of one format */
export async function openKept(
  paths: OutputPaths,
  withBad: boolean,
  [{ format, path: from }]: readonly [Input, ...Input[]],
): Promise<KeptSinks> {
  const bad = withBad ? await openSink(paths.sidecars.bad) : undefined
  return { rows: await openRowSink({ path: paths.rows, format, from }), bad }
}

/** Moves everything into place, the manifest last. */
export async function commitKept({ rows, bad }: KeptSinks, { manifest }: OutputPaths, report: object): Promise<void> {
  await bad?.commit()
  await rows.commit()
  await writeText(manifest, `${JSON.stringify(report, undefined, 2)}\n`)
}

export async function abortKept({ rows, bad }: KeptSinks): Promise<void> {
  await bad?.abort()
  await rows.abort()
}

// Checks rows against the rules of trainers, and writes them without what can be mended.
import { UsageError } from '../../base/errors.ts'
import type { Hooks } from '../../base/hooks.ts'
import { VERSION } from '../../base/version.ts'
import { assertWritable, holding, outputPaths } from '../../job/outputs.ts'
import { lintFile, mendFile, surveyOf, type LintRequest, type LintTarget } from '../../lint/lint.ts'
import type { Survey } from '../../lint/survey.ts'
import { targetOf } from '../../lint/targets.ts'
import { readOptions } from '../../options/options.ts'
import { containerOf } from '../../rows/containers/kind.ts'
import { filesOfRows } from '../../rows/containers/files.ts'
import { containerFor, openRecordSink } from '../../rows/containers/sink.ts'
import { openFiles } from '../../rows/input.ts'
import { columnsOf } from '../../rows/sink.ts'
import { LINT_OPTIONS, type LintInput } from './options.ts'

export interface LintReport {
  winnow: string
  /** The file as the user named it. */
  file: string
  rows: number
  /** What is wrong with the file, for each trainer. */
  targets: LintTarget[]
  /** What was mended, and what is left; null without --fix. */
  fixed: FixReport | null
}

export interface FixReport {
  path: string
  rows: number
  /** Rows that were changed, by the code of the rule. */
  counts: Record<string, number>
  /** What is wrong with the rows that were written. */
  targets: LintTarget[]
}

/**
 * Checks a file of rows against the rules of trainers. With `fix` it also writes the rows to `out`.
 * @throws UsageError if it cannot be read or written; nothing is written then
 */
export async function lint(name: string, options: LintInput, hooks: Hooks = {}): Promise<LintReport> {
  const values = readOptions(LINT_OPTIONS, options)
  const { fix, out, negatives } = values
  if (values.for.length === 0) {
    throw new UsageError('no trainer: name one with --for', {
      hint: `winnow lint ${name} --for sentence-transformers:mnrl`,
    })
  }
  assertFixOptions(fix, out, values.for)
  if (fix && out !== undefined) await assertTarget(name, out)
  const input = await openFiles(name, hooks)
  try {
    const request: LintRequest = { path: input.path, file: input.name, targets: values.for.map(targetOf), negatives }
    const survey = await surveyOf(request, hooks)
    const { rows, targets } = await lintFile(request, survey, hooks)
    if (fix) await assertRowsAlone(request, survey)
    const fixed =
      fix && out !== undefined
        ? await holding({ rows: out, manifest: out }, () => write(request, survey, out, hooks, input.assertUnchanged))
        : null
    return { winnow: VERSION, file: name, rows, targets, fixed }
  } finally {
    await input.close()
  }
}

function assertFixOptions(fix: boolean, out: string | undefined, targets: readonly string[]): void {
  if (fix && out === undefined) {
    throw new UsageError('--fix writes to a file of its own: name it with --out', { hint: '--fix --out mended.jsonl' })
  }
  if (!fix && out !== undefined) throw new UsageError('--out is the file of --fix, which was not given')
  if (fix && targets.length > 1) {
    throw new UsageError('--fix mends for one trainer: what one trainer needs may break another', {
      hint: 'Give one --for, and lint the result for the others.',
    })
  }
}

async function assertTarget(name: string, out: string): Promise<void> {
  containerFor({ path: out })
  const paths = outputPaths(out, out === '-' ? '.' : undefined)
  await assertWritable({ ...paths, manifest: paths.rows }, [name])
}

async function write(
  request: LintRequest,
  survey: Survey,
  out: string,
  hooks: Hooks,
  assertUnchanged: () => Promise<void>,
): Promise<FixReport> {
  const container = containerFor({ path: out })
  const sink = await openRecordSink({
    path: out,
    read: container === 'parquet' ? await columnsOf(request.path) : undefined,
  })
  try {
    const mended = await mendFile(request, survey, sink, out, hooks)
    await assertUnchanged()
    await sink.commit()
    return { path: out, ...mended }
  } catch (error) {
    await sink.abort()
    throw error
  }
}

/** @throws UsageError for a file that is more than its rows */
async function assertRowsAlone({ path, file }: LintRequest, survey: Survey): Promise<void> {
  const [first = path] = await filesOfRows(path)
  if (!survey.columns.has('corpus_id') || (await containerOf(first)) !== 'json') return
  throw new UsageError(`${file} names a corpus, which --fix would leave out`, {
    hint: `winnow convert ${file} --to nemo-inline --out rows.jsonl puts the texts into the rows; mend these.`,
  })
}

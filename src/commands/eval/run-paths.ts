// Determines the paths of runs, and checks before any search that they can be written.
import { realpathSync } from 'node:fs'
import type { OpenedCollection } from '../../collections/open.ts'
import { UsageError } from '../../base/errors.ts'
import { assertFilePlace } from '../../base/file-place.ts'
import type { EvalValues } from './options.ts'

const COLLECTION = '{collection}'

/** Returns the path of each collection's run. @throws UsageError if several would have the same path */
export function runPaths(
  collections: readonly Pick<OpenedCollection, 'name'>[],
  { runOut }: EvalValues,
): (string | undefined)[] {
  if (runOut === undefined) return collections.map(() => undefined)
  const runs = collections.map(({ name }) => runOut.replaceAll(COLLECTION, () => name))
  if (new Set(runs).size === runs.length) return runs
  throw new UsageError(`--run-out ${runOut}: one file for ${collections.length} collections`, {
    hint: `Use ${COLLECTION} as a placeholder for their names, such as --run-out "runs/${COLLECTION}.trec"; the names must differ.`,
  })
}

/** @throws UsageError naming a run that cannot be written, or that would replace an input */
export async function assertWritableRuns(
  runs: readonly (string | undefined)[],
  collections: readonly OpenedCollection[],
): Promise<void> {
  const read = new Set(collections.flatMap(filesOf).map(realPath))
  for (const run of runs.filter((each) => each !== undefined)) {
    if (read.has(realPath(run))) {
      throw new UsageError(`${run} is an input of this command; Winnow never overwrites its inputs`, {
        hint: 'Give another file with --run-out.',
      })
    }
    await assertFilePlace(run)
  }
}

const filesOf = ({ corpus, queryFiles, qrels }: OpenedCollection) => [...(corpus.files ?? []), ...queryFiles, ...qrels]

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

import { statfsSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files with tests that repeat themselves, or that are only in the long run: see test/support/repetitions.ts. */
const LONG = [
  'src/job/gather/calibrating.test.ts',
  'src/judging/figures.test.ts',
  'src/llm/ledger/sqlite/salvage.test.ts',
  'src/statistics/crossed.test.ts',
  'test/arhn-dl19.test.ts',
  'test/batch-files.test.ts',
  'test/batch-histories.test.ts',
  'test/batch-providers.test.ts',
  'test/batch-runs.test.ts',
  'test/batch-secrets.test.ts',
  'test/cap.test.ts',
  'test/check-dl19.test.ts',
  'test/check-judges.test.ts',
  'test/flipped-bits.test.ts',
  'test/damaged-evidence.test.ts',
  'test/contracts/formats.test.ts',
  'test/contracts/row-formats.test.ts',
  'test/grow-rows.test.ts',
  'test/hostile-replies.test.ts',
  'test/faults.test.ts',
  'test/faults-at-size.test.ts',
  'test/interleaving.test.ts',
  'test/kill.test.ts',
  'test/laboratories.test.ts',
  'test/max-usd.test.ts',
  'test/mine-scifact.test.ts',
  'test/mine-worlds.test.ts',
  'test/modules.test.ts',
  'test/plan-intervals.test.ts',
  'test/many-workers.test.ts',
  'test/postgres-faults.test.ts',
  'test/properties.test.ts',
  'test/recovery.test.ts',
  'test/rounds.test.ts',
  'test/shards.test.ts',
  'test/together.test.ts',
]

/** Files that take longest. They start first: one of them at the end would run alone. */
const LONGEST = [
  'test/kill.test.ts',
  'test/golden.test.ts',
  'test/faults-at-size.test.ts',
  'test/studio-page.test.ts',
  'test/faults.test.ts',
  'test/contracts/ledgers.test.ts',
  'test/train.test.ts',
  'test/endpoint-errors.test.ts',
  'test/many-workers.test.ts',
  'test/postgres-faults.test.ts',
  'test/batch-runs.test.ts',
  'test/report-pages.test.ts',
  'test/damaged-evidence.test.ts',
  'test/library.test.ts',
  'test/shards.test.ts',
]

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const placeOf = ({ moduleId }: TestSpecification) => {
      const place = LONGEST.findIndex((name) => moduleId.endsWith(`/${name}`))
      return place === -1 ? LONGEST.length : place
    }
    return (await super.sort(files)).toSorted((one, other) => placeOf(one) - placeOf(other))
  }
}

const MEMORY = '/dev/shm'
const ROOM = 4 * 2 ** 30

/** Where tests keep their files, which are many, small and soon deleted: in memory, where there is enough of it. */
function folderOfFiles(): string {
  if (process.env['TMPDIR'] !== undefined) return tmpdir()
  try {
    const { bavail, bsize } = statfsSync(MEMORY)
    return bavail * bsize > ROOM ? MEMORY : tmpdir()
  } catch {
    return tmpdir()
  }
}

// `vitest run --mode long` runs these alone, with all their repetitions.
export default defineConfig(({ mode }) => ({
  test: {
    include: mode === 'long' ? LONG : ['{src,test,web}/**/*.test.ts'],
    env: {
      WINNOW_TEST_LONG: mode === 'long' ? '1' : '0',
      TMPDIR: folderOfFiles(),
      // Threads of a ledger start in half the processor time, as they do under the command.
      NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache'),
    },
    setupFiles: ['test/support/seed.ts'],
    testTimeout: mode === 'long' ? 240_000 : 60_000,
    pool: 'forks',
    // Pages under load take their time.
    expect: { poll: { timeout: 10_000 } },
    // Files share what they load: a fifth less processor time. Nothing in it may remember a test.
    isolate: false,
    // Buffers of files count for little until there are many: without this, each few megabytes of them cost a whole collection of garbage,
    // which is a third of the processor time.
    execArgv: ['--external-memory-accounted-in-global-limit', '--initial-heap-size=300'],
    // Each test of a file that runs several at once has processes of its own.
    maxConcurrency: 2,
    sequence: { sequencer: LongestFirst },
    // Many files wait more than they work.
    maxWorkers: Math.ceil(1.5 * availableParallelism()),
  },
}))

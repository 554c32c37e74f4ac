// Decide again from stored evidence: another policy over the same replies, without a single call.
import type { JobHooks } from './hooks.ts'
import { UsageError } from '../base/errors.ts'
import type { MethodOptions } from '../methods/index.ts'
import { readOptions, type OptionInput } from '../options/options.ts'
import { noticeUnused } from './job.ts'
import { decidePhase } from './phases.ts'
import { GROWTH_OPTIONS, type GrowthValues } from './growth/options.ts'
import { openInput } from '../rows/input.ts'
import { withMeans } from './means.ts'
import { manifestOf, writeManifest, type Manifest } from './manifest.ts'
import { APPLY_OPTIONS, type FILE_OPTIONS, type FileValues } from './options.ts'
import { assertWritable, defaultLedger, filesInside, filesRead, outputPaths } from './outputs.ts'
import { assertRefill, withPublicRefill, type RefillValues } from './refill.ts'
import { withoutCredentials } from './session.ts'
import { asStored } from './stored-input.ts'
import { openStore } from './store.ts'
import { decidingBy, type StoredRun } from './stored-run.ts'
import { CallTotals } from './totals.ts'

/** What `apply` takes from a program; the same names, in camel case, as the flags. */
export type ApplyOptions = OptionInput<typeof FILE_OPTIONS> &
  Partial<MethodOptions> &
  OptionInput<typeof GROWTH_OPTIONS> & {
    run?: string | undefined
    limit?: number | undefined
    evidence?: string | undefined
  }

type ApplyValues = FileValues &
  RefillValues &
  Partial<GrowthValues> & { run?: string; limit?: number; evidence?: string }

/**
 * Writes the rows of `input` anew under another policy, from the evidence in the ledger, or in a file that was written with
 * `writeEvidence`.
 * @throws UsageError when there is no run over this input, or several and none is named, or the file is of another input
 */
export async function apply(input: string, given: ApplyOptions, hooks: JobHooks = {}): Promise<Manifest> {
  const startedMs = Date.now()
  const values = readOptions(APPLY_OPTIONS, given) as unknown as ApplyValues
  assertRefill(values)
  if (values.out === undefined) throw new UsageError('where to write is not said: name it with --out')
  const paths = outputPaths(values.out, values.report, values.writeEvidence)
  const store = await openStore(values, values.ledger ?? defaultLedger(paths.rows))
  try {
    await assertWritable(paths, [...filesRead(input, store.path, given), ...(await filesInside([values.corpus]))])
    const opened = await openInput(input, values.format, hooks.signal, true)
    try {
      const runOver = (hash: string) => store.runOver(hash, input, values.run)
      const { input: rows, scan: scanned, stored } = await asStored(opened, values, runOver, hooks.signal)
      noticeUnused(scanned.known, values.known, input, hooks)
      const { run: _run, limit: _limit, evidence: _evidence, ...options } = given
      const deciding = decidingBy(stored, options, scanned.hash)
      const { definition, plan } = deciding
      const run = withLimit(stored, values.limit)
      const source = () => store.source(plan, run.settings.identities)
      const calls = new CallTotals()
      return await withMeans(definition, values, { input: rows, scan: scanned }, hooks, async (means) => {
        const totals = await decidePhase(
          { plan, deciding, source, input: rows, scan: scanned, hooks, run, ...means },
          paths,
          calls,
        )
        const manifest = manifestOf({
          command: 'apply',
          run: run.id,
          options: withPublicRefill(
            withoutCredentials(GROWTH_OPTIONS, { rows: input, ...given, run: run.id }),
            means.refiller,
          ),
          definition,
          plan,
          identities: run.settings.identities,
          input: rows,
          scan: scanned,
          paths,
          calls,
          totals,
          ...means,
          spending: store.spending(run.id),
          startedMs,
        })
        await writeManifest(manifest)
        return manifest
      })
    } finally {
      await opened.close()
    }
  } finally {
    await store.close()
  }
}

const withLimit = (run: StoredRun, limit: number | undefined): StoredRun => ({
  ...run,
  settings: { ...run.settings, limit: limit ?? run.settings.limit },
})

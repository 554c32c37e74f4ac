// Decides again from stored evidence: another policy over the same replies, without a single call.
import { UsageError } from '../base/errors.ts'
import { LISTS, type MethodOptions } from '../methods/index.ts'
import { readOptions, type OptionInput } from '../options/options.ts'
import { HUMAN_OPTIONS } from '../policy/human.ts'
import type { OwnPolicy } from '../policy/policy.ts'
import { conclude } from './conclude.ts'
import type { JobHooks } from './hooks.ts'
import { noticeUnused, rowsOf, type Job, type JobValues } from './job.ts'
import { STAGE_OPTIONS } from '../method/options.ts'
import { scoringOf, type SCORE_OPTIONS } from './scores.ts'
import { openInput } from '../rows/input.ts'
import type { Manifest } from './manifest.ts'
import { APPLY_OPTIONS, type FILE_OPTIONS } from './options.ts'
import { assertWritable, defaultLedger, filesInside, filesRead, holding, outputPaths, withPage } from './outputs.ts'
import { policyIn, programOf, type PolicyInput } from './program/program.ts'
import { assertRefill } from './stages/refill.ts'
import { withStages } from './stages/stages.ts'
import { withoutCredentials } from './session.ts'
import { asStored } from './stored/stored-input.ts'
import { ungathered } from './stored/ungathered.ts'
import { openStore, type EvidenceStore } from './stored/store.ts'
import { decidingBy, type StoredRun } from './stored/stored-run.ts'
import { CallTotals } from './call-totals.ts'

/** The options of `apply` for programs, named like the flags but in camel case. */
export type ApplyOptions = OptionInput<typeof FILE_OPTIONS> &
  Omit<MethodOptions, 'policy'> &
  OptionInput<typeof STAGE_OPTIONS> &
  OptionInput<typeof SCORE_OPTIONS> &
  OptionInput<typeof HUMAN_OPTIONS> & {
    run?: string | undefined
    limit?: number | undefined
    evidence?: string | undefined
    /** Replaces the policy of the method, or is the option of that name. */
    policy?: PolicyInput | undefined
  }

type ApplyValues = JobValues & { run?: string; limit?: number; evidence?: string }

/**
 * Rewrites the rows of `input` under another policy, from the evidence in the ledger or in a file written with `writeEvidence`.
 * @throws UsageError if there is no run over this input, if there are several and none is named, or if the file is of another input
 */
export async function apply(
  input: string,
  { policy: decidesBy, ...others }: ApplyOptions,
  hooks: JobHooks = {},
): Promise<Manifest> {
  const { own: policy, option } = policyIn(decidesBy)
  const given = { ...others, ...option }
  const startedMs = Date.now()
  const values = readOptions(APPLY_OPTIONS, given) as ApplyValues
  assertRefill(values)
  assertHuman(given, values)
  if (values.out === undefined) throw new UsageError('no output file: give one with --out')
  const paths = withPage(outputPaths(values.out, values.report, values.writeEvidence, LISTS), values.html)
  const store = await openStore(values, values.ledger ?? defaultLedger(paths.rows))
  try {
    await assertWritable(paths, [...filesRead(input, store.path, given), ...(await filesInside([values.corpus]))])
    return await holding(paths, async () => {
      const job = await openStoredJob(input, given, values, policy, store, hooks)
      try {
        const warning = store.ledger && (await ungathered(store.ledger, job.run.id, rowsOf(job)))
        if (warning !== undefined) hooks.onNotice?.(warning)
        const start = { paths, calls: new CallTotals(), startedMs }
        const manifest = await withStages(job, (stages) => conclude(job, store, stages, start))
        if (values.human === 'overrides' && manifest.human === undefined) hooks.onNotice?.(noHuman(store.path))
        return manifest
      } finally {
        await job.input.close()
      }
    })
  } finally {
    await store.close()
  }
}

/** @throws UsageError if options about people's word have no effect, or contradict scores, which are the judges' */
function assertHuman(given: Record<string, unknown>, { human, writeScores }: JobValues): void {
  if (human === 'overrides' && writeScores !== undefined) {
    throw new UsageError('--human overrides and --write-scores exclude each other: the scores are those of the judges')
  }
  if (human === 'overrides' || given['humanRelevant'] === undefined) return
  throw new UsageError('--human-relevant: no effect without --human overrides')
}

const noHuman = (ledger: string) =>
  `--human overrides: ${ledger} has no judgement of people on a negative of these rows, so it has no effect; winnow audit report SAMPLE puts judgements there`

/** Opens the job of an earlier run under the current policy. */
async function openStoredJob(
  name: string,
  given: Omit<ApplyOptions, 'policy'>,
  values: ApplyValues,
  policy: OwnPolicy | undefined,
  store: EvidenceStore,
  hooks: JobHooks,
): Promise<Job> {
  const opened = await openInput(name, values.format, hooks, true)
  try {
    const runOver = (hash: string) => store.runOver(hash, name, values.run)
    const { input, scan: scanned, stored } = await asStored(opened, values, runOver, hooks.signal)
    noticeUnused(scanned.known, values.known, name, hooks)
    const { run: _run, limit: _limit, evidence: _evidence, ...options } = given
    const { definition, plan, ...deciding } = decidingBy(stored, options, scanned.hash, policy)
    const scoring = scoringOf(definition, values, opened.format)
    const run = withLimit(stored, values.limit)
    const recipe = withoutCredentials(APPLY_OPTIONS, { rows: name, ...given, run: run.id })
    const program = programOf({ definition, policy, options: {} })
    const asked = { command: 'apply', definition, plan, values, recipe, program }
    return { ...asked, input, scan: scanned, deciding, scoring, run, hooks }
  } catch (error) {
    await opened.close()
    throw error
  }
}

const withLimit = (run: StoredRun, limit: number | undefined): StoredRun => ({
  ...run,
  settings: { ...run.settings, limit: limit ?? run.settings.limit },
})

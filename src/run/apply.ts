// Decide again from stored evidence: another policy over the same replies, without a single call.
import { UsageError } from '../errors.ts'
import { Ledger } from '../llm/ledger/ledger.ts'
import type { RunRecord } from '../llm/ledger/runs.ts'
import type { MethodDefinition, MethodPlan } from '../methods/definition.ts'
import { METHODS, methodNamed, type MethodOptions } from '../methods/index.ts'
import {
  flagOf,
  MODEL,
  mergedSchemas,
  readOptions,
  text,
  type OptionInput,
  type OptionSchema,
  type OptionSpec,
} from '../options/options.ts'
import { noticeUnused, type RunHooks } from './job.ts'
import { decidePhase } from './phases.ts'
import { openInput } from './input.ts'
import { manifestOf, writeManifest, type Manifest } from './manifest.ts'
import { CALL_OPTIONS, FILE_OPTIONS, type FileValues } from './options.ts'
import { assertWritable, defaultLedger, filesRead, outputPaths } from './outputs.ts'
import { scan } from './scan.ts'
import { identifyRun, type RunSettings } from './session.ts'
import { CallTotals } from './totals.ts'

/** Every option that `apply` takes: files, the run, and the policies of all methods. */
export const APPLY_OPTIONS = {
  ...FILE_OPTIONS,
  limit: CALL_OPTIONS.limit,
  run: text('ID', { help: 'the run whose evidence counts (default: the only one for this input)' }),
  ...mergedSchemas(Object.fromEntries(METHODS.map(({ name, policyOptions }) => [name, policyOptions]))),
  ...(Object.fromEntries(METHODS.flatMap(redecidedOptions)) as OptionSchema),
  beyond: text('keep|drop', {
    help: 'negatives beyond --max-passages (default: as when they were gathered)',
    rare: true,
  }),
}

function redecidedOptions({ name, redecided: names, gatherOptions }: MethodDefinition): [string, OptionSpec][] {
  return names.map((option) => {
    const spec = gatherOptions[option] as OptionSpec
    return [option, { ...spec, default: undefined, help: `${name}: ${spec.help} (default: as when it was gathered)` }]
  })
}

/** What `apply` takes from a program; the same names, in camel case, as the flags. */
export type ApplyOptions = OptionInput<typeof FILE_OPTIONS> &
  Partial<MethodOptions> & { run?: string | undefined; limit?: number | undefined }

type ApplyValues = FileValues & { run?: string; known?: string; limit?: number }

/**
 * Writes the rows of `input` anew under another policy, from the evidence in the ledger.
 * @throws UsageError when the ledger has no run over this input, or several and none is named
 */
export async function apply(input: string, given: ApplyOptions, hooks: RunHooks = {}): Promise<Manifest> {
  const startedMs = Date.now()
  const values = readOptions(APPLY_OPTIONS, given) as unknown as ApplyValues
  if (values.out === undefined) throw new UsageError('where to write is not said: name it with --out')
  const paths = outputPaths(values.out, values.report)
  const ledgerPath = values.ledger ?? defaultLedger(paths.rows)
  const ledger = new Ledger(ledgerPath, { mustExist: true })
  try {
    await assertWritable(paths, filesRead(input, ledgerPath, given))
    const rows = await openInput(input, values.format, hooks.signal)
    try {
      const scanned = await scan(rows, values, hooks.signal)
      noticeUnused(scanned.known, values.known, input, hooks)
      const run = chooseRun(ledger, scanned.hash, input, values.run)
      const definition = methodNamed(run.method)
      const settings = run.settings as unknown as RunSettings
      const options = optionsOf(definition, settings, given)
      const plan = definition.plan(options)
      assertSameEvidence(definition, plan, run, settings, options, scanned.hash)

      const job = {
        plan,
        policy: definition.policy({ ...options, ...redecided(definition, given) }, options),
        input: rows,
        scan: scanned,
        hooks,
        identities: settings.identities,
      }
      const calls = new CallTotals()
      const totals = await decidePhase(job, ledger, paths, values.limit ?? settings.limit ?? undefined, calls)
      const manifest = manifestOf({
        command: 'apply',
        run: run.id,
        options: { rows: input, ...given, run: run.id },
        method: definition.name,
        plan,
        identities: settings.identities,
        input: { name: input, format: rows.format.name },
        scan: scanned,
        paths,
        calls,
        totals,
        spending: ledger.runs.spending(run.id),
        startedMs,
      })
      await writeManifest(manifest)
      return manifest
    } finally {
      await rows.close()
    }
  } finally {
    await ledger.close()
  }
}

function chooseRun(ledger: Ledger, hash: string, input: string, id: string | undefined): RunRecord {
  const runs = ledger.runs.list(hash)
  if (id !== undefined) {
    const run = runs.find((candidate) => candidate.id === id)
    if (run) return run
    const other = ledger.runs.get(id)
    throw new UsageError(
      other
        ? `run ${id} is of another input: ${other.inputPath}, whose contents differ from ${input}`
        : `the ledger ${ledger.path} has no run ${id}`,
      { hint: listOf(runs) || 'winnow ledger lists the runs there are.' },
    )
  }
  const [run] = runs
  if (run === undefined) {
    throw new UsageError(`the ledger ${ledger.path} has no run over ${input} as it is now`, {
      hint: 'Run winnow clean on it first, name another ledger with --ledger, or see winnow ledger.',
    })
  }
  if (runs.length === 1) return run
  throw new UsageError(`the ledger has ${runs.length} runs over ${input}; name one with --run ID:\n${listOf(runs)}`)
}

function listOf(runs: RunRecord[]): string {
  return runs
    .map(({ id, method, settings, updatedMs, gathered }) => {
      const { identities, options } = settings as unknown as RunSettings
      const models = Object.entries(identities).map(([stage, model]) => `${stage} ${model}`)
      const others = Object.entries(options)
        .filter(([name]) => methodNamed(method).gatherOptions[name]?.value !== MODEL)
        .map(([name, value]) => `${name} ${String(value)}`)
      const state = gathered ? '' : ', not finished'
      return `  ${id}  ${new Date(updatedMs).toISOString().slice(0, 16)}  ${method}: ${[...models, ...others].join(', ')}${state}`
    })
    .join('\n')
}

/** The run's gather options and the policy options given now, with defaults. */
function optionsOf(
  definition: MethodDefinition,
  settings: RunSettings,
  given: Record<string, unknown>,
): Record<string, unknown> {
  const schema = { ...FILE_OPTIONS, ...definition.gatherOptions, ...definition.policyOptions }
  const { run: _run, limit: _limit, ...options } = given
  const now = Object.entries(options).filter(
    ([name, value]) => value !== undefined && !definition.redecided.includes(name),
  )
  const foreign = now.filter(([name]) => !(name in schema)).map(([name]) => flagOf(name))
  if (foreign.length > 0) {
    throw new UsageError(`${foreign.join(', ')}: not for a run of ${definition.name}`)
  }
  return readOptions(schema, { ...settings.options, ...Object.fromEntries(now) })
}

/** The gather options given anew that only the policy looks at. */
function redecided({ redecided: names, gatherOptions }: MethodDefinition, given: Record<string, unknown>) {
  const values = names
    .filter((name) => given[name] !== undefined)
    .map((name) => [name, gatherOptions[name]?.read(given[name])])
  return Object.fromEntries(values) as Record<string, unknown>
}

/** Prompts and tasks that are files may have changed since: then the evidence is not found under their keys. */
function assertSameEvidence(
  definition: MethodDefinition,
  plan: MethodPlan,
  run: RunRecord,
  settings: RunSettings,
  options: Record<string, unknown>,
  hash: string,
): void {
  const { id } = identifyRun(definition, plan, { hash }, settings.identities, options, undefined)
  if (id === run.id) return
  throw new UsageError(`run ${run.id} was gathered with other prompts, tasks or options than there are now`, {
    hint: 'Bring back the files of --prompts or --tasks as they were, leave --beyond as it was, or run winnow clean.',
  })
}

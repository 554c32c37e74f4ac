// What if the file were decided by another policy: tried over the stored evidence, the last question alone.
import { messageOf, UsageError } from '../../base/errors.ts'
import { decidingBy, type StoredDecider } from '../../job/stored/stored-run.ts'
import { surveyRows } from '../../job/survey.ts'
import type { Survey, SurveyOutcome } from '../../method/definition.ts'
import type { Policy } from '../../policy/policy.ts'
import type { RowWhatIf, WhatIf } from '../api.ts'
import { knownInOrder } from '../index/known.ts'
import type { RunIndex } from '../index/run-index.ts'
import type { OpenedRun } from '../opened-run.ts'
import { Differences, rowDifference, type Side } from './differences.ts'
import { decidedBy, withGiven, type GivenOptions } from './policy-options.ts'
import { trialIn } from './trial-row.ts'
import { surveyTrials, tryPolicy } from './trial.ts'

export class WhatIfTrial {
  readonly #index: RunIndex
  readonly #before: () => Side
  #running: Running | undefined

  /** @param before what was done with the whole file */
  constructor(index: RunIndex, before: () => Side) {
    this.#index = index
    this.#before = before
  }

  /** Begins to try options, in place of those that are being tried. @throws UsageError for options that are not allowed */
  start(run: OpenedRun, given: GivenOptions): WhatIf {
    const deciding = decidingWith(run, given)
    this.#running?.stop.abort()
    const stop = new AbortController()
    const differences = new Differences(this.#before())
    const { before, after } = differences
    const view: WhatIf = {
      options: given,
      done: 0,
      all: 0,
      isDone: false,
      before,
      after,
      differing: 0,
      moves: [],
      error: null,
    }
    const running: Running = { stop, view, policies: undefined, done: Promise.resolve() }
    const trying = { running, differences, index: this.#index, signal: stop.signal }
    running.done = tryWith(run, deciding, trying)
    this.#running = running
    return view
  }

  /** Returns how far it has come. @throws UsageError if nothing was tried */
  get view(): WhatIf {
    if (this.#running === undefined)
      throw new UsageError('no policy is being tried', { hint: 'POST /api/what-if first.' })
    return this.#running.view
  }

  /** Returns what is done otherwise with one row; null if nothing is, or nothing is tried. */
  ofRow(number: number): RowWhatIf | null {
    const { policies } = this.#running ?? {}
    const stored = policies && this.#index.store.trialOf(number)
    if (!policies || !stored) return null
    const { row, evidence } = trialIn(stored)
    return rowDifference(policies.was(row, evidence), policies.is(row, evidence))
  }

  async stop(): Promise<void> {
    this.#running?.stop.abort()
    await this.#running?.done
  }
}

/** @throws UsageError for options that are not allowed */
function decidingWith(run: OpenedRun, given: GivenOptions): StoredDecider {
  const { definition } = run.deciding
  return decidingBy(run.stored, withGiven(definition, decidedBy(run), given), run.scan.hash)
}

interface Running {
  stop: AbortController
  view: WhatIf
  /** How the file was decided, and what is tried; undefined until that is known. */
  policies: { was: Policy; is: Policy } | undefined
  done: Promise<void>
}

interface Trying {
  running: Running
  differences: Differences
  index: RunIndex
  signal: AbortSignal
}

/** Tries the policy and keeps the view up to date; what goes wrong is told in it. */
async function tryWith(
  run: OpenedRun,
  deciding: StoredDecider,
  { running, differences, index, signal }: Trying,
): Promise<void> {
  const { view } = running
  try {
    // The first answer says that it has begun.
    await new Promise(setImmediate)
    const is = await policyOf(run, deciding, { index, signal })
    running.policies = { was: run.policy, is }
    const onProgress = (done: number, all: number) => {
      Object.assign(view, { done, all, differing: differences.rows.length, moves: differences.moves() })
      index.whatIf = differences.rows
    }
    await tryPolicy({ store: index.store, ...running.policies, differences, onProgress, signal })
  } catch (error) {
    if (!signal.aborted) view.error = messageOf(error)
  } finally {
    view.isDone = true
  }
}

/** Returns the policy, after a look at the evidence of the whole file if the method takes one. */
async function policyOf(
  run: OpenedRun,
  deciding: StoredDecider,
  { index, signal }: Pick<Trying, 'index' | 'signal'>,
): Promise<Policy> {
  const survey = deciding.survey()
  if (survey === undefined) return deciding.policy()
  const { refusal, figures } = await surveyed(run, deciding, survey, { index, signal })
  if (refusal) throw new UsageError(`${refusal.reason}; no rows would be written`, { hint: refusal.hint })
  return deciding.policy(figures)
}

/** Only what people say of passages is about rows that the index need not hold, because no policy could change them. */
function surveyed(
  run: OpenedRun,
  deciding: StoredDecider,
  survey: Survey,
  { index, signal }: Pick<Trying, 'index' | 'signal'>,
): Promise<SurveyOutcome> {
  if (deciding.options['gold'] === undefined) return surveyTrials(index.store, survey, signal)
  const { input, stored, store } = run
  const covered = { ...stored, settings: { ...stored.settings, limit: run.limit } }
  const job = {
    input,
    scan: { known: knownInOrder(index.store) },
    run: covered,
    plan: deciding.plan,
    hooks: { signal },
  }
  const source = store.source({ ...deciding, run: stored })
  return source.reading(() => surveyRows(job, source, survey), survey.isDone === undefined)
}

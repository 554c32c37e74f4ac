// What if the file were decided by another policy: tried over the stored evidence, the last question alone.
import { messageOf, UsageError } from '../../base/errors.ts'
import { decidingBy, type StoredDecider } from '../../job/stored/stored-run.ts'
import { surveyRows } from '../../job/survey.ts'
import type { Policy } from '../../policy/policy.ts'
import type { WhatIf } from '../api.ts'
import { knownInOrder } from '../index/known.ts'
import type { RunIndex } from '../index/run-index.ts'
import type { OpenedRun } from '../opened-run.ts'
import { Differences, type Side } from './differences.ts'
import { decidedBy, withGiven, type GivenOptions } from './policy-options.ts'
import { tryPolicy } from './trial.ts'

export class WhatIfTrial {
  readonly #index: RunIndex
  readonly #before: () => Side
  #running: { stop: AbortController; view: WhatIf; done: Promise<void> } | undefined

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
    const trying = { view, differences, index: this.#index, signal: stop.signal }
    this.#running = { stop, view, done: tryWith(run, deciding, trying) }
    return view
  }

  /** Returns how far it has come. @throws UsageError if nothing was tried */
  get view(): WhatIf {
    if (this.#running === undefined)
      throw new UsageError('no policy is being tried', { hint: 'POST /api/what-if first.' })
    return this.#running.view
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

interface Trying {
  view: WhatIf
  differences: Differences
  index: RunIndex
  signal: AbortSignal
}

/** Tries the policy and keeps the view up to date; what goes wrong is told in it. */
async function tryWith(
  run: OpenedRun,
  deciding: StoredDecider,
  { view, differences, index, signal }: Trying,
): Promise<void> {
  try {
    // The first answer says that it has begun.
    await new Promise(setImmediate)
    const is = await policyOf(run, deciding, index, signal)
    const onProgress = (done: number, all: number) => {
      Object.assign(view, { done, all, differing: differences.rows.length, moves: differences.moves() })
      index.whatIf = differences.rows
    }
    await tryPolicy({ store: index.store, was: run.policy, is, differences, onProgress, signal })
  } catch (error) {
    if (!signal.aborted) view.error = messageOf(error)
  } finally {
    view.isDone = true
  }
}

/** Returns the policy, after a look at the evidence of the whole file if it depends on it. */
async function policyOf(
  run: OpenedRun,
  deciding: StoredDecider,
  index: RunIndex,
  signal: AbortSignal,
): Promise<Policy> {
  const survey = deciding.survey()
  if (survey?.isNeeded !== true) return deciding.policy()
  const { input, stored, store } = run
  const job = {
    input,
    scan: { known: knownInOrder(index.store) },
    run: { ...stored, settings: { ...stored.settings, limit: run.limit } },
    plan: deciding.plan,
    hooks: { signal },
  }
  const source = store.source({ ...deciding, run: stored })
  const surveyed = await source.reading(() => surveyRows(job, source, survey), survey.isDone === undefined)
  const { refusal } = surveyed
  if (refusal) throw new UsageError(refusal.reason, { hint: refusal.hint })
  return deciding.policy(surveyed.figures)
}

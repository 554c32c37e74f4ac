// What if: another policy over the stored evidence, its effect at once, and the file that it would write. Nothing is asked, nothing paid.
import { useEffect, useState } from 'preact/hooks'
import type { PolicyOption, RunView, WhatIf } from '../../src/browse/api.ts'
import { go, type Place } from '../address.ts'
import { ApiError, get, post } from '../api.ts'
import { Failed, Nothing, Progress } from '../parts/states.tsx'
import { counted } from '../words.ts'
import { Controls } from './controls.tsx'
import { Differences, Moves } from './differences.tsx'
import { WriteFile } from './write-file.tsx'

/** Milliseconds between looks at how far it has come. */
const LOOK = 250
/** Milliseconds of quiet before a change is tried. */
const QUIET = 250

export function WhatIfView({ run, place }: { run: RunView; place: Place }) {
  if (run.policy === null) {
    return (
      <Nothing title="There is nothing to decide again here.">
        <p>{run.noPolicy}</p>
      </Nothing>
    )
  }
  return <Trial run={run} place={place} policy={run.policy} />
}

function Trial({ run, place, policy }: { run: RunView; place: Place; policy: PolicyOption[] }) {
  const options = typed(place.options, policy)
  const { trial, error, again } = useTrial(options)
  const hasOptions = Object.keys(options).length > 0
  return (
    <div class="what-if-view">
      <aside class="controls" aria-label="Policy">
        <h2>Policy</h2>
        <p class="pale">
          Decides {counted(run.rows.all, 'row')} again from the stored replies. Nothing is asked and nothing is paid.
        </p>
        <Controls policy={policy} options={place.options} />
        {hasOptions && (
          <button type="button" class="button" onClick={() => go({ options: {} })}>
            Back to how it was decided
          </button>
        )}
      </aside>
      <section class="effect" aria-label="Effect" aria-busy={trial !== null && !trial.isDone}>
        {error && <Failed error={error} again={again} />}
        {!hasOptions && (
          <Nothing title="Change an option to see which rows would come out otherwise.">
            <p>The figures below are of the file as it is.</p>
          </Nothing>
        )}
        {trial?.error && <p class="notice failed">{trial.error}</p>}
        {trial && hasOptions && !trial.isDone && <Progress done={trial.done} all={trial.all} words="Deciding again" />}
        <Effect run={run} trial={hasOptions ? trial : null} place={place} />
      </section>
    </div>
  )
}

function Effect({ run, trial, place }: { run: RunView; trial: WhatIf | null; place: Place }) {
  const before = { ...run.rows, passages: run.passages }
  return (
    <>
      {trial && (
        <p class="verdict-line" role="status">
          <b>{trial.differing === 0 ? 'No row' : counted(trial.differing, 'row')}</b>{' '}
          {trial.isDone ? 'would come out otherwise.' : 'so far would come out otherwise.'}{' '}
          {trial.differing > 0 && trial.isDone && (
            <button
              type="button"
              class="button"
              onClick={() => go({ view: 'browse', filter: { whatIf: true }, row: null })}
            >
              Show {trial.differing === 1 ? 'it' : 'them'}
            </button>
          )}
        </p>
      )}
      <Differences before={trial?.before ?? before} after={trial?.after ?? null} />
      {trial && trial.moves.length > 0 && <Moves moves={trial.moves} />}
      {trial && trial.isDone && trial.error === null && <WriteFile run={run} options={place.options} />}
    </>
  )
}

type Typed = Record<string, string | number | boolean>

/** The options of the address in the types of the policy. Those that the policy does not have are left out. */
function typed(options: Record<string, string>, policy: readonly PolicyOption[]): Typed {
  const known = policy.flatMap(({ name, kind }): [string, string | number | boolean][] => {
    const value = options[name]
    if (value === undefined) return []
    if (kind === 'flag') return [[name, value === 'true']]
    return [[name, kind === 'number' && value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value]]
  })
  return Object.fromEntries(known)
}

/** Tries options on the server, and follows until it is done. */
function useTrial(options: Typed) {
  const [trial, setTrial] = useState<WhatIf | null>(null)
  const [error, setError] = useState<ApiError | null>(null)
  const [attempt, setAttempt] = useState(0)
  const key = JSON.stringify(options)
  useEffect(() => {
    let isOver = false
    let timer = 0
    const take = (next: WhatIf) => {
      if (isOver) return
      setTrial(next)
      setError(null)
      if (!next.isDone && next.error === null)
        timer = window.setTimeout(() => get<WhatIf>('what-if').then(take, fail), LOOK)
    }
    const fail = (reason: unknown) => {
      if (!isOver && reason instanceof ApiError) setError(reason)
    }
    if (key === '{}') setTrial(null)
    else timer = window.setTimeout(() => post<WhatIf>('what-if', options).then(take, fail), QUIET)
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [key, attempt])
  return { trial, error, again: () => setAttempt((last) => last + 1) }
}

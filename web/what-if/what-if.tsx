// What if: another policy over the stored evidence, its effect at once, and the file that it would write. Nothing is asked, nothing paid.
import type { PolicyOption, RunView, WhatIf } from '../../src/browse/api.ts'
import { go, type Place } from '../address.ts'
import { Failed, Nothing, Progress } from '../parts/states.tsx'
import { counted } from '../words.ts'
import { Controls } from './controls.tsx'
import { Differences, Moves } from './differences.tsx'
import { typed, useTrial } from './trial.ts'
import { WriteFile } from './write-file.tsx'

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

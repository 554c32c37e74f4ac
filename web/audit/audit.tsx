// Audit: who judges, of which sample; then one passage at a time.
import { useEffect, useState } from 'preact/hooks'
import type { AuditView } from '../../src/audit/api.ts'
import type { RunView } from '../../src/browse/api.ts'
import { go, type Place } from '../address.ts'
import { useFetched } from '../api.ts'
import { Failed, Waiting } from '../parts/states.tsx'
import { count } from '../words.ts'
import { Judging } from './judging.tsx'
import { NoSample } from './no-sample.tsx'

export function Audit({ run, place }: { run: RunView; place: Place }) {
  const sample = place.sample ?? (run.audits.length === 1 ? (run.audits[0] ?? null) : null)
  if (run.audits.length === 0) return <NoSample path={run.path} />
  if (sample === null) {
    return (
      <div class="audit-choice">
        <h2>Which sample?</h2>
        <Choices names={run.audits} choose={(name) => go({ sample: name })} />
      </div>
    )
  }
  return <Sample name={sample} assessor={place.assessor} key={sample} />
}

function Choices({ names, choose }: { names: readonly string[]; choose: (name: string) => void }) {
  return (
    <ul class="choices">
      {names.map((name) => (
        <li key={name}>
          <button type="button" class="button" onClick={() => choose(name)}>
            {name}
          </button>
        </li>
      ))}
    </ul>
  )
}

function Sample({ name, assessor }: { name: string; assessor: string | null }) {
  const { value, error, again } = useFetched<AuditView>(`audit?name=${encodeURIComponent(name)}`)
  const [hasStarted, setStarted] = useState(false)
  useEffect(() => setStarted(assessor !== null), [assessor])
  if (error) return <Failed error={error} again={again} />
  if (!value) return <Waiting words="Opening the sample" />
  if (assessor !== null && hasStarted) {
    return <Judging audit={value} assessor={assessor} key={assessor} />
  }
  return (
    <div class="audit-choice">
      <h2>Who is judging?</h2>
      <p class="pale">
        You see a query and a passage, without its label and without what any model said. Every judgement is on the disk
        before the next passage is shown; close the page whenever you like.
      </p>
      <ul class="choices">
        {value.assessors.map(({ assessor: who, all, judged }) => (
          <li key={who}>
            <button type="button" class="assessor" onClick={() => go({ assessor: who, sample: name })}>
              <b dir="auto">{who}</b>
              <span class="pale">
                {judged === all ? `all ${count(all)} done` : `${count(judged)} of ${count(all)} done`}
              </span>
              <progress value={judged} max={Math.max(1, all)} aria-label={`Progress of ${who}`} />
            </button>
          </li>
        ))}
      </ul>
      {!value.isClosed && <NewAssessor name={name} />}
    </div>
  )
}

/** A name of one's own, where the sample is not for certain people alone. */
function NewAssessor({ name }: { name: string }) {
  const start = (event: SubmitEvent) => {
    event.preventDefault()
    const assessor = new FormData(event.currentTarget as HTMLFormElement).get('assessor')
    if (typeof assessor === 'string' && assessor.trim() !== '') go({ assessor: assessor.trim(), sample: name })
  }
  return (
    <form class="new-assessor" onSubmit={start}>
      <label>
        Your name <input type="text" name="assessor" required autocomplete="off" spellcheck={false} dir="auto" />
      </label>
      <button type="submit" class="button primary">
        Begin
      </button>
    </form>
  )
}

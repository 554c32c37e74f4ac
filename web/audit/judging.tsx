// One passage at a time, blind. A judgement is sent, and the next passage comes only with the server's answer that it is on the disk.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { AuditItem, AuditTurn, AuditView, NewJudgement } from '../../src/audit/api.ts'
import { go } from '../address.ts'
import { ApiError, get, post } from '../api.ts'
import { useKeys } from '../keys.ts'
import { Failed, Nothing, Waiting } from '../parts/states.tsx'
import { Marked } from '../row/marked.tsx'
import { count } from '../words.ts'
import { useTimeInView } from './time-in-view.ts'

type Grade = NewJudgement['grade']

export function Judging({ audit, assessor }: { audit: AuditView; assessor: string }) {
  const { turn, error, isSending, judge, undo, retry } = useTurns(audit.name, assessor)
  const item = turn?.item ?? null
  const byKey = (grade: Grade) => (event: KeyboardEvent) => {
    if (!event.repeat) judge(grade)
  }
  const grades = audit.scale.map(({ key, grade }) => [key, byKey(grade)] as const)
  useKeys({
    ...(item && !error ? Object.fromEntries(grades) : {}),
    ...(item && !error && { u: byKey('unsure'), s: byKey('skip') }),
    z: undo,
    Escape: () => go({ assessor: null }),
  })
  if (!turn && error) return <Failed error={error} again={retry} />
  if (!turn) return <Waiting words="Looking for the next passage" />
  return (
    <div class="judging">
      <ProgressLine turn={turn} undo={undo} isSending={isSending} />
      {error && (
        <div class="notice failed" role="alert">
          <p>
            <b>Not saved: {error.message}</b> {error.hint}
          </p>
          <button type="button" class="button primary" onClick={retry}>
            Send it again
          </button>
        </div>
      )}
      {turn.replaced !== null && (
        <p class="notice" role="status">
          You had judged that passage before, in another window ({gradeWord(audit, turn.replaced)}). Your new judgement
          took its place.
        </p>
      )}
      {item ? <Item item={item} key={item.item} /> : <Done turn={turn} />}
      {item && <Grades audit={audit} judge={judge} isDisabled={isSending || error !== null} />}
    </div>
  )
}

const gradeWord = ({ scale }: AuditView, given: Grade) => scale.find(({ grade }) => grade === given)?.label ?? given

function ProgressLine({ turn, undo, isSending }: { turn: AuditTurn; undo: () => void; isSending: boolean }) {
  const { assessor, all, judged, unsure, skipped } = turn.progress
  const done = judged
  return (
    <header class="judging-head">
      <button type="button" class="quiet" onClick={() => go({ assessor: null })}>
        ← Assessors
      </button>
      <label class="judging-progress">
        <span aria-live="polite">
          <b dir="auto">{assessor}</b>: {count(done)} of {count(all)}
          {unsure > 0 && `, ${count(unsure)} unsure`}
          {skipped > 0 && `, ${count(skipped)} skipped`}
        </span>
        <progress value={done} max={Math.max(1, all)} />
      </label>
      <button type="button" class="quiet" disabled={!turn.canUndo || isSending} aria-keyshortcuts="z" onClick={undo}>
        Undo <kbd>z</kbd>
      </button>
    </header>
  )
}

function Item({ item }: { item: AuditItem }) {
  const top = useRef<HTMLElement>(null)
  useEffect(() => top.current?.focus(), [])
  return (
    <article class="judged" tabIndex={-1} ref={top}>
      <p class="task" dir="auto">
        <b>{item.task.name}</b> {item.task.definition}
      </p>
      <h2 class="query" dir="auto">
        <span class="query-is">{item.queryIs}</span>
        {item.query}
      </h2>
      <div class="passage">
        {item.title !== null && item.title !== '' && <h3 dir="auto">{item.title}</h3>}
        <Marked text={item.text} mark={null} />
      </div>
    </article>
  )
}

interface GradesProps {
  audit: AuditView
  judge: (grade: Grade) => void
  isDisabled: boolean
}

function Grades({ audit, judge, isDisabled }: GradesProps) {
  return (
    <div class="grades" role="group" aria-label="Your judgement">
      {audit.scale.map(({ grade, key, label, meaning }) => (
        <button
          key={grade}
          type="button"
          class="grade"
          disabled={isDisabled}
          aria-keyshortcuts={key}
          onClick={() => judge(grade)}
        >
          <kbd>{key}</kbd> <b>{label}</b>
          <span class="pale">{meaning}</span>
        </button>
      ))}
      <button
        type="button"
        class="grade small"
        disabled={isDisabled}
        aria-keyshortcuts="u"
        onClick={() => judge('unsure')}
      >
        <kbd>u</kbd> <b>unsure</b>
      </button>
      <button
        type="button"
        class="grade small"
        disabled={isDisabled}
        aria-keyshortcuts="s"
        onClick={() => judge('skip')}
      >
        <kbd>s</kbd> <b>skip</b>
      </button>
    </div>
  )
}

function Done({ turn }: { turn: AuditTurn }) {
  return (
    <Nothing title="All passages are judged. Thank you.">
      <p>
        {count(turn.progress.judged - turn.progress.unsure - turn.progress.skipped)} graded,{' '}
        {count(turn.progress.unsure)} unsure, {count(turn.progress.skipped)} skipped.
      </p>
      <button type="button" class="button primary" onClick={() => go({ view: 'agreement' })}>
        See the agreement
      </button>
    </Nothing>
  )
}

/** What was to be sent when the answer failed. */
type Unsent = { path: string; body: unknown } | null

function useTurns(name: string, assessor: string) {
  const [turn, setTurn] = useState<AuditTurn | null>(null)
  const [error, setError] = useState<ApiError | null>(null)
  const [isSending, setSending] = useState(false)
  const [answers, setAnswers] = useState(0)
  const unsent = useRef<Unsent>(null)
  const isBusy = useRef(false)
  const seconds = useTimeInView(turn?.item?.item ?? null)
  const run = async (ask: () => Promise<AuditTurn>) => {
    if (isBusy.current) return
    isBusy.current = true
    setSending(true)
    try {
      setTurn(await ask())
      setError(null)
      unsent.current = null
    } catch (reason) {
      if (reason instanceof ApiError) setError(reason)
    }
    setSending(false)
    setAnswers((last) => last + 1)
  }
  // Only when the answer is seen may the next judgement be given: a second press of a key is not one of the passage before, nor of one unseen.
  useLayoutEffect(() => {
    isBusy.current = false
  }, [answers])
  const send = (path: string, body: unknown) =>
    run(() => {
      unsent.current = { path, body }
      return post<AuditTurn>(path, body)
    })
  const load = () =>
    run(() => get<AuditTurn>(`audit/next?name=${encodeURIComponent(name)}&assessor=${encodeURIComponent(assessor)}`))
  useEffect(() => void load(), [name, assessor])
  const judge = (grade: Grade) => {
    const item = turn?.item?.item
    if (item !== undefined) void send('judgements', { name, assessor, item, grade, seconds: seconds() })
  }
  const undo = () => {
    if (turn?.canUndo && !error) void send('judgements/undo', { name, assessor })
  }
  const retry = () => {
    const last = unsent.current
    void (last ? send(last.path, last.body) : load())
  }
  return { turn, error, isSending, judge, undo, retry }
}

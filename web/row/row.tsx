// One row: the query, what moved in one sentence, positives and negatives side by side, and the calls behind it.
import { useEffect, useRef } from 'preact/hooks'
import type { RowView, RowWhatIf } from '../../src/browse/api.ts'
import type { ExplainedPassage } from '../../src/browse/explained-passages.ts'
import type { Explanation } from '../../src/browse/explain-row.ts'
import { titleAndText } from '../../src/rows/row.ts'
import { closestSentence } from '../../src/likeness/closest-sentence.ts'
import { useFetched } from '../api.ts'
import { Failed, Waiting } from '../parts/states.tsx'
import { counted, dollars, SIGNS } from '../words.ts'
import { Calls } from './calls.tsx'
import { Column } from './column.tsx'
import { Written } from './written.tsx'
import type { Mark } from './marked.tsx'
import { PassageCard } from './passage.tsx'
import { PlainRow } from './plain-row.tsx'

interface RowPaneProps {
  line: number
  /** Names the policy that is tried and how far it has come; null where none is. */
  trial: string | null
}

export function RowPane({ line, trial }: RowPaneProps) {
  const path = `rows/${line}${trial === null ? '' : `?trial=${encodeURIComponent(trial)}`}`
  const { value, error, isLoading, again } = useFetched<RowView>(path)
  const whatIf = trial === null ? null : (value?.whatIf ?? null)
  const top = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (top.current?.parentElement) top.current.parentElement.scrollTop = 0
  }, [line])
  if (error) return <Failed error={error} again={again} />
  if (!value) return <Waiting words="Reading the row" />
  return (
    <div class={`row-pane ${isLoading ? 'stale' : ''}`} ref={top}>
      <RowHead view={value} />
      {whatIf && <Tried whatIf={whatIf} outcome={value.summary.outcome} />}
      {value.explanation ? <Explained explanation={value.explanation} whatIf={whatIf} /> : <PlainRow view={value} />}
    </div>
  )
}

/** What the policy that is tried makes of the row. */
function Tried({ whatIf, outcome }: { whatIf: RowWhatIf; outcome: string }) {
  const changed = counted(whatIf.passages.length, 'passage')
  return (
    <p class="notice tried">
      <b>What if:</b>{' '}
      {whatIf.outcome === outcome ? `${changed} would come out otherwise` : `the row would be ${whatIf.outcome}`}
      {whatIf.reason !== null && ` (${whatIf.reason.text})`}.
    </p>
  )
}

function RowHead({ view: { summary, explanation, cost } }: { view: RowView }) {
  // Rows that no run decided about are kept, without a reason or a change to tell of.
  const isDecided = explanation !== null || summary.outcome !== 'kept' || summary.reason !== null
  const facts = [
    summary.dataset,
    `line ${summary.line}`,
    summary.row,
    explanation && `task ${explanation.task}`,
    explanation && dollars(cost),
  ].filter(Boolean)
  return (
    <header class="row-head">
      {isDecided && (
        <p class={`outcome-line ${summary.outcome}`}>
          <b>
            <span aria-hidden="true">{SIGNS[summary.outcome] ?? ''} </span>
            {summary.outcome}
          </b>{' '}
          {explanation ? sentenceOf(explanation) : ''}
        </p>
      )}
      <h2 class="query" dir="auto">
        {summary.query}
      </h2>
      <p class="facts">
        {facts.map((fact, index) => (
          <span key={index} class="clip">
            {fact}
          </span>
        ))}
      </p>
    </header>
  )
}

/** Says what happened to the row in one sentence. */
function sentenceOf({ outcome, reason, passages, candidates, refilled }: Explanation): string {
  if (reason !== null) return reason.text
  const to = (label: string) => passages.filter(({ change, after }) => change && after === label).length
  const [raised, gone] = [to('positive'), to('ignored')]
  const written = candidates.filter(({ discarded }) => discarded === null).length
  const mined = refilled?.length ?? 0
  const parts = [
    raised > 0 && `${counted(raised, 'negative')} became ${raised === 1 ? 'a positive' : 'positives'}`,
    written > 0 && `${counted(written, 'negative')} ${written === 1 ? 'was' : 'were'} written for it`,
    mined > 0 && `${counted(mined, 'negative')} ${mined === 1 ? 'was' : 'were'} mined for it`,
    gone > 0 && `${counted(gone, 'passage')} ${gone === 1 ? 'was' : 'were'} removed`,
  ].filter(Boolean)
  if (parts.length > 0) return `${parts.join('; ')}.`
  return outcome === 'kept' ? 'Nothing in it was changed.' : ''
}

/** Whether it moved, so that it is shown first. */
const moved = ({ change }: ExplainedPassage) => (change ? 0 : 1)

function Explained({ explanation, whatIf }: { explanation: Explanation; whatIf: RowWhatIf | null }) {
  const tried = new Map(whatIf?.passages.map(({ passage, label }) => [passage, label]))
  const { passages, suspect, hasNewerReplies } = explanation
  // What was added is what a run that writes passages is about.
  const isMade = explanation.candidates.length > 0
  const columns = [
    { word: 'Positives', label: 'positive', own: passages.filter(({ before }) => before === 'positive') },
    { word: 'Negatives', label: 'negative', own: passages.filter(({ before }) => before !== 'positive') },
  ]
  return (
    <>
      {suspect && (
        <p class="notice">
          <b>{columns[0]?.own.length === 1 ? 'Check its positive:' : 'Check its positives:'}</b> {suspect.reason}.
        </p>
      )}
      {hasNewerReplies && (
        <p class="notice">
          Replies came in after this file was written; decided now, the row might come out otherwise.
        </p>
      )}
      {isMade && <Written explanation={explanation} />}
      <div class="columns">
        {columns.map(({ word, label, own }) => (
          <Column key={word} word={word}>
            <h3>
              {word}{' '}
              <span class="number">
                {own.length}
                <After explanation={explanation} label={label} before={own.length} />
              </span>
            </h3>
            {own
              .map((passage, index) => ({ passage, place: index + 1 }))
              .sort((one, other) => moved(one.passage) - moved(other.passage))
              .map(({ passage, place }) => (
                <PassageCard
                  key={passage.id}
                  passage={passage}
                  place={place}
                  mark={markOf(passage, explanation)}
                  isDropped={explanation.outcome === 'dropped'}
                  tried={tried.get(passage.id)}
                />
              ))}
          </Column>
        ))}
      </div>
      {!isMade && <Written explanation={explanation} />}
      <Calls calls={explanation.calls} />
    </>
  )
}

/** How many passages have the label now, where that is another number. */
function After({ explanation, label, before }: { explanation: Explanation; label: string; before: number }) {
  if (explanation.outcome === 'dropped') return <> → dropped</>
  const after = explanation.passages.filter((passage) => passage.after === label).length
  const come = explanation.passages.filter((passage) => passage.after === label && passage.before !== label).length
  if (after === before) return null
  return (
    <>
      {' '}
      → {after}
      {come > 0 && `, ${come} of them shown among the ${label === 'positive' ? 'negatives' : 'positives'}`}
    </>
  )
}

/** The words to mark: the snippet of the change or of a verdict, else, of what moved on a verdict, the sentence most like its reason and a positive. */
function markOf(passage: ExplainedPassage, { query, passages }: Explanation): Mark | null {
  const verdict = passage.evidence.findLast((item) => item.kind === 'verdict' && item.snippet !== undefined)
  const snippet = passage.change?.snippet ?? (verdict?.kind === 'verdict' ? verdict.snippet : undefined)
  if (snippet) return snippet.in === 'text' ? { ...snippet, by: 'model' } : null
  const { verdict: found, reason } = passage.change ?? {}
  if (found === undefined || reason === undefined) return null
  const positives = passages.filter(({ before }) => before === 'positive').map(titleAndText)
  const sentence = closestSentence(passage.text, { query, reason, positives, row: passages.map(titleAndText) })
  return sentence ? { ...sentence, by: 'likeness' } : null
}

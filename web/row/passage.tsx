// One passage in full: where it stood, where it went and why, and everything that was said of it.
import type { ExplainedPassage } from '../../src/browse/explained-passages.ts'
import { labelWord, modelName, SIGNS, toneOf } from '../words.ts'
import { EvidenceList } from './evidence.tsx'
import { Marked, MARKED_BY, type Mark } from './marked.tsx'

interface CardProps {
  passage: ExplainedPassage
  /** Its place among the passages of its label, from 1. */
  place: number
  mark: Mark | null
  isDropped: boolean
  /** The label that it would have by the policy that is tried, if another; null where it would not be in the file. */
  tried: string | null | undefined
}

export function PassageCard({ passage, place, mark, isDropped, tried }: CardProps) {
  const { change, before, after } = passage
  const to = change ? (after ?? 'ignored') : null
  const tone = to === null ? '' : toneOf(to)
  return (
    <article class={`passage ${tone} ${to === null ? '' : 'moved'}`} id={`passage-${passage.id}`}>
      <header>
        <span class="place">
          {before} {place}
        </span>
        {to !== null && (
          <span class={`move ${tone}`}>
            <span aria-hidden="true">{SIGNS[to] ?? ''} </span>
            {labelWord(before)} → <b>{labelWord(to)}</b>
          </span>
        )}
        {isDropped && !change && <span class="move plain">dropped with the row</span>}
        {tried !== undefined && (
          <span class="move tried">
            what if: <b>{tried === null ? 'not in the file' : labelWord(tried)}</b>
          </span>
        )}
        <span class="id clip" title={passage.id}>
          {passage.id}
        </span>
      </header>
      {passage.title !== undefined && passage.title !== '' && (
        <h4 dir="auto">
          <Title title={passage.title} />
        </h4>
      )}
      <Marked text={passage.text} mark={mark} />
      {mark && <p class="mark-note">Marked: {MARKED_BY[mark.by]}.</p>}
      {change && <Why change={change} />}
      <EvidenceList passage={passage} told={change?.reason ?? null} />
    </article>
  )
}

const Title = ({ title }: { title: string }) => <>{title}</>

function Why({ change }: { change: NonNullable<ExplainedPassage['change']> }) {
  return (
    <div class="why">
      <span class="why-word">Why</span>
      <p dir="auto">{change.reason}</p>
      <p class="pale">
        {change.stage}
        {change.verdict !== undefined && `: ${change.verdict}`}
        {change.model !== undefined && ` · ${modelName(change.model)}`}
      </p>
    </div>
  )
}

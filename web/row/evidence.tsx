// What was said of one passage: verdicts, votes, scores, ranks, and what could not be read.
import type { ExplainedPassage } from '../../src/browse/explained-passages.ts'
import { modelName } from '../words.ts'

type Said = ExplainedPassage['evidence'][number]
type Ranked = ExplainedPassage['ranks'][number]

/** @param told the reason that is shown with the change already */
export function EvidenceList({ passage, told }: { passage: ExplainedPassage; told: string | null }) {
  if (passage.evidence.length === 0 && passage.ranks.length === 0) return null
  return (
    <ul class="evidence">
      {passage.evidence.map((item, index) => (
        <li key={index}>
          <EvidenceItem item={item} told={told} />
        </li>
      ))}
      {passage.ranks.length > 0 && (
        <li>
          <span class="stage">rank</span> <Ranks ranks={passage.ranks} />
        </li>
      )}
    </ul>
  )
}

function EvidenceItem({ item, told }: { item: Said; told: string | null }) {
  if (item.kind === 'verdict') return <VerdictItem item={item} told={told} />
  if (item.kind === 'score') {
    return (
      <>
        <span class="stage">{item.stage}</span> <b>{item.score.toPrecision(4)}</b>{' '}
        <small>{modelName(item.model)}</small>
      </>
    )
  }
  if (item.kind === 'unread') {
    return (
      <>
        <span class="stage">{item.stage}</span> <b>? not read: {item.why}</b> <span dir="auto">{item.detail}</span>
      </>
    )
  }
  if (item.kind === 'human') {
    return (
      <>
        <span class="stage">audit</span> <b>{item.verdict}</b> <bdi>{item.who}</bdi>
        {item.grade !== undefined && ` (grade ${item.grade})`}
      </>
    )
  }
  const [stage, word] =
    item.kind === 'known' ? [item.stage, 'known positive'] : ['stage' in item ? item.stage : undefined, NOT_ASKED]
  return (
    <>
      {stage && <span class="stage">{stage}</span>} <b>{word}</b> <span dir="auto">{item.reason}</span>
    </>
  )
}

const NOT_ASKED = 'not asked about'

function VerdictItem({ item, told }: { item: Extract<Said, { kind: 'verdict' }>; told: string | null }) {
  const notes = [
    item.strict === true && 'strictly',
    item.votes && `${item.votes.agree} of ${item.votes.of} votes`,
    item.order !== undefined && `order ${item.order}`,
    item.step !== undefined && `step ${item.step}`,
  ].filter(Boolean)
  return (
    <>
      <span class="stage" title={modelName(item.model)}>
        {item.stage}
      </span>{' '}
      <b class={`verdict ${item.verdict}`}>{item.verdict}</b>
      {notes.length > 0 && <span class="notes"> ({notes.join(', ')})</span>}
      {item.reason !== undefined && item.reason !== told && (
        <span class="said" dir="auto">
          {item.reason}
        </span>
      )}
    </>
  )
}

function Ranks({ ranks }: { ranks: readonly Ranked[] }) {
  return (
    <>
      {ranks.map(({ order, window, rank, of, anchor, step }, index) => (
        <span key={index} class="rank">
          <b>{rank}</b> of {of}
          {anchor !== null && <small> (the positive: {anchor})</small>}
          <small>
            {' '}
            order {order}, part {window}
            {step !== undefined && `, step ${step}`}
          </small>
        </span>
      ))}
    </>
  )
}

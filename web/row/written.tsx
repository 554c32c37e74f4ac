// What was added to the row: negatives written by a model, each with its fate, and negatives mined in place of those that left.
import type { Explanation } from '../../src/browse/explain-row.ts'
import { counted, percent } from '../words.ts'
import { Marked } from './marked.tsx'

export function Written({ explanation: { candidates, analysis, refilled, wanted } }: { explanation: Explanation }) {
  const hasMined = refilled !== null && refilled.length > 0
  if (candidates.length === 0 && analysis === null && !hasMined && wanted === null) return null
  return (
    <section class="written" aria-label="Added passages">
      {analysis && <Analysis analysis={analysis} />}
      {candidates.length > 0 && <h3>{counted(candidates.length, 'passage')} written</h3>}
      <div class="columns">
        {candidates.map((candidate) => (
          <article key={candidate.passage} class={`passage ${candidate.discarded ? '' : 'moved added'}`}>
            <header>
              <span class="place">{candidate.strategy.replaceAll('_', ' ')}</span>
              <span class={`move ${candidate.discarded ? 'removed' : 'positive'}`}>
                {candidate.discarded ? `− not used: ${candidate.discarded.code}` : '✎ new negative'}
              </span>
              {candidate.hardness !== null && (
                <span class="number" title="Share of the mined negatives that are easier">
                  harder than {percent(candidate.hardness, 1)}
                </span>
              )}
            </header>
            {candidate.title !== undefined && <h4 dir="auto">{candidate.title}</h4>}
            <Marked text={candidate.text} mark={null} />
            {candidate.discarded && <p dir="auto">{candidate.discarded.text}</p>}
            {candidate.verification && <Verified candidate={candidate} analysis={analysis} />}
          </article>
        ))}
      </div>
      {(hasMined || wanted !== null) && <Mined refilled={refilled} wanted={wanted} />}
    </section>
  )
}

type Candidate = Explanation['candidates'][number]

function Verified({ candidate, analysis }: { candidate: Candidate; analysis: Explanation['analysis'] }) {
  const { verification } = candidate
  if (!verification) return null
  return (
    <ul class="evidence">
      <li>
        <span class="stage">verify</span> <b>{verification.attemptsAnswer ? 'tries to answer' : 'does not answer'}</b>{' '}
        <span dir="auto">{verification.reason}</span>
      </li>
      {verification.requirements.map((word, index) => (
        <li key={index}>
          <b>{word}</b> <span dir="auto">{analysis?.requirements[index]?.text ?? `requirement ${index + 1}`}</span>
        </li>
      ))}
    </ul>
  )
}

function Analysis({ analysis }: { analysis: NonNullable<Explanation['analysis']> }) {
  return (
    <div class="analysis">
      <h3>What the query needs</h3>
      <p dir="auto">{analysis.need}</p>
      <ol>
        {analysis.requirements.map(({ text, isCritical }, index) => (
          <li key={index} dir="auto">
            {text} {isCritical && <b>(critical)</b>}
          </li>
        ))}
      </ol>
    </div>
  )
}

function Mined({ refilled, wanted }: Pick<Explanation, 'refilled' | 'wanted'>) {
  return (
    <>
      <h3>
        {refilled === null || refilled.length === 0
          ? `${counted(wanted ?? 0, 'negative')} to be mined`
          : `${counted(refilled.length, 'negative')} mined in their place`}
      </h3>
      <div class="columns">
        {(refilled ?? []).map(({ id, text, reason }) => (
          <article key={id} class="passage moved added">
            <header>
              <span class="move positive">✎ new negative</span>
              <span class="id clip">{id}</span>
            </header>
            <Marked text={text} mark={null} />
            <p class="pale">{reason}</p>
          </article>
        ))}
      </div>
    </>
  )
}

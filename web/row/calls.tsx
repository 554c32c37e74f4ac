// Every call about the row, folded: which prompt, what it cost, what came back.
import type { ExplainedCall } from '../../src/browse/recorded-calls.ts'
import { counted, count, dollars, duration, modelName, moment } from '../words.ts'

export function Calls({ calls }: { calls: readonly ExplainedCall[] | null }) {
  if (calls === null) {
    return <p class="pale">The evidence came from a file, which holds no calls.</p>
  }
  if (calls.length === 0) return <p class="pale">No model was asked about this row.</p>
  return (
    <section class="calls" aria-label="Calls">
      <h3>{counted(calls.length, 'call')}</h3>
      {calls.map((call, index) => (
        <details key={index} class="call">
          <summary>
            <b>{call.stage}</b>
            <span class="clip">{modelName(call.model)}</span>
            <span class="mono">{call.prompt}</span>
            {call.attempt > 1 && <span>attempt {call.attempt}</span>}
            {call.sample > 0 && <span>sample {call.sample + 1}</span>}
            {call.failure && <b class="failed">× {call.failure.code}</b>}
            <span class="number">{dollars(call.cost)}</span>
          </summary>
          <CallBody call={call} />
        </details>
      ))}
    </section>
  )
}

function CallBody({ call }: { call: ExplainedCall }) {
  const facts = [
    call.at && moment(call.at),
    call.latencyMs !== null && duration(call.latencyMs / 1000),
    call.usage && `${count(call.usage.input)} tokens in, ${count(call.usage.output)} out`,
    call.finishReason && `finished: ${call.finishReason}`,
    `part ${call.part}`,
    call.run && `run ${call.run}`,
    call.endpoint,
  ].filter(Boolean)
  return (
    <div class="call-body">
      <p class="pale">{facts.join(' · ')}</p>
      {call.failure && <p class="failed">{call.failure.message}</p>}
      {call.refusal !== null && <Reply word="refusal" text={call.refusal} />}
      {call.reasoning !== null && <Reply word="reasoning" text={call.reasoning} />}
      {call.reply !== null && <Reply word="reply" text={call.reply} />}
    </div>
  )
}

function Reply({ word, text }: { word: string; text: string }) {
  return (
    <figure class="reply">
      <figcaption>{word}</figcaption>
      <pre dir="auto" tabIndex={0} aria-label={word}>
        {text}
      </pre>
    </figure>
  )
}

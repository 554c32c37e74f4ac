// A group of writes as the function `winnow.write` takes it.
import type { JobChange } from '../batch-record.ts'
import { bodyOf, packBody } from '../body.ts'
import type { Claim, Release } from '../claim.ts'
import type { LedgerEntry } from '../entry.ts'
import type { Group } from '../groups.ts'
import { seal, type ReplyFields } from '../seal.ts'
import { storable } from './storable.ts'

/** @param sources the number of the source of each entry */
export function groupAsJson({ entries, releases, jobs, claims }: Group, sources: readonly number[]): string {
  return JSON.stringify({
    entries: entries.map((entry, place) => ({ place, ...replyOf(entry, sources[place] as number) })),
    releases: releases.map((release, place) => ({ place, ...releaseOf(release) })),
    jobs: jobs.map(jobOf),
    claims: claims.map((claim, place) => ({ place: place + 1, ...claimOf(claim) })),
  })
}

function replyOf(entry: LedgerEntry, source: number): object {
  const { key, reply, cost, unsettled, isBatched = false } = entry
  const fields = fieldsOf(entry, source)
  const [, run, row_id, sample, finish_reason, input, output, cached, reasoning, , latency_ms, created_ms] = fields
  const body = seal({ packed: packBody(bodyOf(reply), undefined) }, fields, key)
  return {
    hex: key.toString('hex'),
    body: body.toString('base64'),
    source,
    run,
    row_id,
    sample,
    finish_reason,
    input,
    output,
    cached,
    reasoning,
    cost,
    latency_ms,
    created_ms,
    unsettled: Math.ceil(unsettled),
    is_batched: isBatched,
  }
}

function fieldsOf({ reply, run, sample, cost, latencyMs, source: { row } }: LedgerEntry, source: number): ReplyFields {
  const { finishReason, usage } = reply
  const counts = [usage?.input ?? null, usage?.output ?? null, usage?.cached ?? null, usage?.reasoning ?? null] as const
  const texts = [storable(run), storable(row)] as const
  return [source, ...texts, sample, storable(finishReason), ...counts, cost, Math.round(latencyMs), Date.now()]
}

const releaseOf = ({ key, run, unsettled, batch }: Release): object => ({
  hex: key.toString('hex'),
  run: storable(run),
  unsettled: Math.ceil(unsettled),
  ...(batch && {
    job: batch.id,
    ending: batch.end,
    is_attempt: batch.isAttempt,
    code: storable(batch.code),
    message: storable(batch.message),
    created_ms: Date.now(),
  }),
})

function jobOf(job: JobChange): object {
  if ('takeOver' in job) return job
  const { price, ...texts } = job.begin
  const begin = Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, storable(value)]))
  return { begin: { ...begin, price: price && JSON.stringify(price), created_ms: Date.now() } }
}

const claimOf = ({ key, run, amount, cap, batch }: Claim): object => ({
  key: key.toString('hex'),
  run: storable(run),
  amount: Math.ceil(amount),
  cap: cap === undefined ? null : Math.floor(cap),
  ...(batch && { job: batch.id, about: JSON.stringify(batch.about), most_attempts: batch.mostAttempts }),
})

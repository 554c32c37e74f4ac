// How percpos's scorer is checked: a canary is called relevant when it scores nearer to the positives than to the row's own negatives.
// The share of the policy would not do: it is fitted to a scorer, and what is relevant may well stay below it.
import type { Evidence } from '../../evidence/evidence.ts'
import { barOf, shareOfBar, type Bar } from '../../mining/positive-bar.ts'
import { labelled } from '../../rows/row.ts'
import { quantile } from '../../statistics/quantiles.ts'
import type { Method } from '../../method/method.ts'
import { unreadReadings, type JudgeCheck, type Probe, type ProbeReadings } from '../../method/probe.ts'

/** The share of the positives' score that counts where a row has no negatives of its own. */
const SHARE = 0.95

export function percposCheck(
  candidates: number,
  bar: Bar,
  create: (identities: Record<string, string>) => Method,
): JudgeCheck {
  return {
    candidates: Math.max(2, candidates),
    cost: 1,
    create: (identities) => {
      const method = create(identities)
      return async (probe, ask) => ({ passages: readingsOf(probe, await method(probe.row, ask), bar), rankings: [] })
    },
  }
}

function readingsOf(probe: Probe, evidence: Evidence[], which: Bar): ProbeReadings['passages'] {
  const unread = evidence.flatMap((item) => (item.kind === 'unread' ? unreadReadings(item) : []))
  const scores = new Map(evidence.filter((item) => item.kind === 'score').map((item) => [item.passage, item]))
  const canaries = [probe.irrelevant, probe.relevant]
  const scoresOf = (label: 'positive' | 'negative') =>
    labelled(probe.row, label).flatMap(({ id }) => (canaries.includes(id) ? [] : (scores.get(id)?.score ?? [])))
  const [positives, negatives] = [scoresOf('positive'), scoresOf('negative')]
  if (positives.length === 0) return unread
  const bar = barOf(positives, which)
  const line =
    negatives.length === 0 ? shareOfBar(bar, SHARE) : (bar + quantile(Float64Array.from(negatives).sort(), 0.5)) / 2
  const read = canaries.flatMap((id): ProbeReadings['passages'] => {
    const found = scores.get(id)
    if (found === undefined) return []
    const { stage, model, passage, score } = found
    return [{ stage, model, passage, says: score >= line ? 'relevant' : 'irrelevant' }]
  })
  return [...unread, ...read]
}

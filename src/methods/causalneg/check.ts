// How CausalNeg's verifier, and the judge after it, are checked: they are shown a passage that is surely relevant and one that is surely
// not, as if both had been written for the row. The writer's analysis of the row is the one that the run needs anyway.
import type { Analysis, Candidate, Unread } from '../../evidence/evidence.ts'
import { contentOf, labelled, type Passage } from '../../rows/row.ts'
import { verdictReadings, unreadReadings, type JudgeCheck, type Probe, type ProbeReadings } from '../../method/probe.ts'
import { askedOf, type CausalnegSettings, type Subject } from './ask.ts'
import { analyse } from './method.ts'
import { strategyOrder } from './targets.ts'
import { judge, verify } from './verify.ts'

/** The canaries alone. */
const CANDIDATES = 2

export function causalnegCheck(create: (identities: Record<string, string>) => CausalnegSettings): JudgeCheck {
  return {
    candidates: CANDIDATES,
    cost: 1,
    create: (identities) => {
      const settings = create(identities)
      return async (probe, ask) => {
        const subject = { row: probe.of, task: settings.taskOf(probe.of), settings, ask }
        const analysis = await analyse(subject, strategyOrder(settings.strategies, settings.seed, probe.of.id))
        if (analysis.kind === 'unread') return { passages: unverified(analysis, probe), rankings: [] }
        return { passages: await readingsOf({ ...subject, row: probe.row }, analysis, probe), rankings: [] }
      }
    },
  }
}

/** Without an analysis nothing can be verified: both canaries are unread, by the model that failed at it. */
const unverified = ({ model, why }: Unread, { relevant, irrelevant }: Probe): ProbeReadings['passages'] =>
  unreadReadings({ kind: 'unread', stage: 'verify', model, passages: [relevant, irrelevant], why, detail: '' })

async function readingsOf(subject: Subject, analysis: Analysis, probe: Probe): Promise<ProbeReadings['passages']> {
  const canaries = labelled(probe.row, 'negative').map((passage) => asCandidate(subject, passage))
  const verified = await Promise.all(
    canaries.map((canary, index) => verify(subject, analysis, canary, String(index + 1))),
  )
  const judged = subject.settings.verify === 'requirements+judge' ? await judge(subject, canaries) : []
  return [
    ...verified.flatMap((item): ProbeReadings['passages'] => {
      if (item.kind === 'unread') return unreadReadings(item)
      const { stage, model, passage, reason, attemptsAnswer, requirements: found } = item
      const fulfils = analysis.requirements.every(({ isCritical }, at) => !isCritical || found[at] === 'holds')
      const says = attemptsAnswer || fulfils ? 'relevant' : 'irrelevant'
      return [{ stage, model, passage, says, ...(reason !== undefined && { reason }) }]
    }),
    ...verdictReadings(judged, (verdict) => verdict !== 'irrelevant'),
  ]
}

function asCandidate(subject: Subject, passage: Passage): Candidate {
  const { id, title } = passage
  return {
    kind: 'candidate',
    passage: id,
    stage: 'write',
    ...askedOf(subject, 'write'),
    text: contentOf(passage),
    ...(title !== undefined && { title }),
    strategy: 'entity_shift',
    requirement: 1,
    attempt: 1,
  }
}

// How ARHN's model is checked: a passage in which it finds an answer is one that it calls relevant. In rankings all candidates stand, with
// an answer or without, because two passages say little of how a model orders a list. Where texts are compared two at a time, the canaries
// are compared with each other.
import type { Ask } from '../../llm/chat.ts'
import type { Evidence, Rank } from '../../evidence/evidence.ts'
import type { Find } from '../../policy/measured.ts'
import { passageOf, type Passage, type Row } from '../../rows/row.ts'
import type { JudgeCheck, Probe, ProbeReadings } from '../../method/probe.ts'
import type { ArhnSettings } from './ask.ts'
import { arhn } from './method.ts'
import { rankPairwise } from './pairwise.ts'

/** Candidates of a probe. Those of the row itself are asked about anyway, so that they cost nothing but time. */
const CANDIDATES = 6

/**
 * @param isAlone whether a passage is shown by itself, so that the calls about a row's own passages are those of the run
 * @param findsIn what the policy would act upon
 */
export function arhnCheck(
  isAlone: boolean,
  settingsOf: (identities: Record<string, string>) => ArhnSettings,
  findsIn: (row: Row, evidence: Evidence[]) => Find[],
): JudgeCheck {
  return {
    candidates: CANDIDATES,
    cost: isAlone ? 1 : 2,
    create: (identities) => {
      const settings = { ...settingsOf(identities), confirm: 0 }
      const { compare } = settings.prompts
      const method = arhn({ ...settings, ...(compare === undefined ? { rankAll: true } : { permutations: 0 }) })
      return async (probe, ask) => {
        const evidence = await method(probe.row, ask)
        const ranks = compare === undefined ? evidence : await compareCanaries(settings, compare, probe, ask)
        return {
          passages: extractionsIn(evidence),
          rankings: rankingsIn(ranks),
          finds: findsIn(probe.row, [...evidence, ...(compare === undefined ? [] : ranks)]),
        }
      }
    },
  }
}

/** Compares the relevant canary with the irrelevant one, which stands in for the positive. */
function compareCanaries(
  settings: ArhnSettings,
  compare: NonNullable<ArhnSettings['prompts']['compare']>,
  { row, relevant, irrelevant }: Probe,
  ask: Ask,
): Promise<Evidence[]> {
  const subject = { row, task: settings.taskOf(row), settings, ask }
  const shown = (id: string) => ({ passage: passageOf(row, id) as Passage, snippet: null })
  return rankPairwise(subject, { text: row.query, givers: [] }, [shown(irrelevant)], [shown(relevant)], compare)
}

/** An answer to any step of a question counts; a passage is unread where no step of it was read. */
function extractionsIn(evidence: Evidence[]): ProbeReadings['passages'] {
  const readings = new Map<string, ProbeReadings['passages'][number]>()
  const rank = { unread: 0, irrelevant: 1, relevant: 2 }
  const note = (reading: ProbeReadings['passages'][number]) => {
    const before = readings.get(reading.passage)
    if (before === undefined || rank[reading.says] > rank[before.says]) readings.set(reading.passage, reading)
  }
  for (const item of evidence) {
    if (item.kind === 'verdict' && item.stage === 'extract') {
      const { stage, model, passage, verdict } = item
      note({ stage, model, passage, says: verdict === 'answers' ? 'relevant' : 'irrelevant' })
    } else if (item.kind === 'unread' && item.stage === 'extract') {
      for (const passage of item.passages) note({ stage: item.stage, model: item.model, passage, says: 'unread' })
    }
  }
  return [...readings.values()]
}

/** Ranks are in the order in which the passages were shown. */
function rankingsIn(evidence: Evidence[]): ProbeReadings['rankings'] {
  const ranks = evidence.filter((item): item is Rank => item.kind === 'rank')
  const lists = Map.groupBy(ranks, ({ step, order, window }) => `${step ?? ''} ${order} ${window}`)
  return [...lists.values()].map((list) => {
    const [{ stage, model }] = list as [Rank]
    return { stage, model, shown: list.map(({ passage }) => passage), ranks: list.map(({ rank }) => rank) }
  })
}

// What probes show of a judge: how often it calls canaries relevant, whether places and orders sway it, whether its words are its own.
import type { Probe, ProbeReadings } from '../method/probe.ts'
import { agreementOf, agreementTable, type Agreement } from '../statistics/agreement.ts'
import { fisherAbove } from '../statistics/exact-tests.ts'
import { kendallTau } from '../statistics/intervals.ts'
import { meanOrNull } from '../statistics/mean.ts'
import { shareOf, type Share } from '../statistics/share.ts'
import { contentOf, passageOf } from '../rows/row.ts'
import { isCopyOf } from './copying.ts'
import { ordersIn, placesIn, type OrderFindings, type PlaceFindings } from './places.ts'

/** A probe and what was made of the replies to it. */
export interface ReadProbe {
  probe: Probe
  readings: ProbeReadings
}

/** What the probes show of one stage. Shares have 95% intervals (Wilson). */
export interface StageFindings {
  stage: string
  model: string
  /** Called relevant, of the canaries that could be read; each row counts once. */
  irrelevant: Share
  relevant: Share
  /** The chance that the two shares differ as much if the stage did not tell them apart (Fisher's exact test, one-sided). */
  p: number
  /** Canaries that could not be read, of those asked about. */
  unread: Share
  /** Null where passages are shown one by one, or none was named. */
  places: PlaceFindings | null
  /** The verdicts on passages shown twice, in opposite orders; null where there are none. */
  twoOrders: Agreement | null
  /** Of the rankings: those with the relevant canary above the irrelevant one, and those that give the order shown back. */
  ranked: Share
  orders: OrderFindings | null
  /** The mean tau-b of two rankings of the same passages, shown in opposite or other orders; null where there are none. */
  tau: number | null
  /** Of the reasons that are long enough to tell: copies of the document. */
  copied: Share | null
  /** Of the reasons that the prompt demands words of: those without them. */
  unworded: Share | null
}

type PassageReading = ProbeReadings['passages'][number]

/** One for each stage that answered anything, in the order in which they did. */
export function findingsOf(read: readonly ReadProbe[]): StageFindings[] {
  const answers = read.flatMap(({ readings: { passages, rankings } }) => [...passages, ...rankings])
  const stages = new Map(answers.map(({ stage, model }) => [stage, model]))
  return [...stages].map(([stage, model]) => stageFindings(stage, model, read))
}

/** Counts the canaries found, by kind of find, and those of them that are relevant; each row counts once. */
export function canariesFound(read: readonly ReadProbe[]): Record<string, Share> {
  const found = read.flatMap(({ probe, readings: { finds = [] } }) =>
    finds.flatMap(({ passage, verdict }) => {
      const isCanary = passage === probe.relevant || passage === probe.irrelevant
      return isCanary && !probe.isTurned ? [{ verdict, isRight: passage === probe.relevant }] : []
    }),
  )
  const shares = [...Map.groupBy(found, ({ verdict }) => verdict)].map(([verdict, those]) => {
    const right = those.filter(({ isRight }) => isRight).length
    return [verdict, shareOf(right, those.length)] as const
  })
  return Object.fromEntries(shares)
}

function stageFindings(stage: string, model: string, read: readonly ReadProbe[]): StageFindings {
  const ofStage = read.map(({ probe, readings }) => ({
    probe,
    passages: readings.passages.filter((each) => each.stage === stage),
    rankings: readings.rankings.filter((each) => each.stage === stage),
  }))
  const once = ofStage.filter(({ probe }) => !probe.isTurned)
  const canaries = (which: 'irrelevant' | 'relevant') =>
    once.flatMap(({ probe, passages }) => passages.filter(({ passage }) => passage === probe[which]))
  const [irrelevant, relevant] = [calledRelevant(canaries('irrelevant')), calledRelevant(canaries('relevant'))]
  const asked = [...canaries('irrelevant'), ...canaries('relevant')]
  const rankings = ofStage.flatMap((each) => each.rankings)
  return {
    stage,
    model,
    irrelevant,
    relevant,
    p: fisherAbove(relevant, irrelevant),
    unread: shareOf(asked.filter(({ says }) => says === 'unread').length, asked.length),
    places: placesIn([...ofStage.flatMap(({ passages }) => namedIn(passages)), ...rankings.map(bestIn)]),
    twoOrders: twoOrdersOf(ofStage),
    ranked: rankedIn(once),
    orders: ordersIn(rankings.map(({ ranks }) => ranks)),
    tau: tauOf(ofStage),
    ...wordsIn(ofStage),
  }
}

function calledRelevant(canaries: readonly PassageReading[]): Share {
  const read = canaries.filter(({ says }) => says !== 'unread')
  return shareOf(read.filter(({ says }) => says === 'relevant').length, read.length)
}

/** Returns which passages of each list were called relevant, in the order shown. */
function namedIn(passages: readonly PassageReading[]): boolean[][] {
  const lists = Map.groupBy(passages, ({ list }) => list)
  return [...lists].flatMap(([list, those]) => {
    const isRead = list !== undefined && those.every(({ says }) => says !== 'unread')
    return isRead ? [those.map(({ says }) => says === 'relevant')] : []
  })
}

/** Counts, in the first rankings that hold both canaries, those with the relevant one on top. */
function rankedIn(read: readonly OfStage[]): Share {
  const pairs = read.flatMap(({ probe, rankings }) => {
    const rankOf = (id: string) => rankings.flatMap(({ shown, ranks }) => ranks[shown.indexOf(id)] ?? [])[0]
    const [relevant, irrelevant] = [rankOf(probe.relevant), rankOf(probe.irrelevant)]
    return relevant === undefined || irrelevant === undefined ? [] : [relevant < irrelevant]
  })
  return shareOf(pairs.filter(Boolean).length, pairs.length)
}

/** Returns which passages of a ranking came first. */
function bestIn({ ranks }: ProbeReadings['rankings'][number]): boolean[] {
  const best = Math.min(...ranks)
  return ranks.map((rank) => rank === best)
}

interface OfStage extends ProbeReadings {
  probe: Probe
}

/** Returns the two readings of each probe that was asked about twice. */
function pairsIn(read: readonly OfStage[]): [OfStage, OfStage][] {
  return read.flatMap((second): [OfStage, OfStage][] => {
    const first = read.find(({ probe }) => !probe.isTurned && probe.of.id === second.probe.of.id)
    return second.probe.isTurned && first ? [[first, second]] : []
  })
}

function twoOrdersOf(read: readonly OfStage[]): Agreement | null {
  const pairs = pairsIn(read).flatMap(([first, second]) => {
    const before = new Map(first.passages.map(({ passage, says, list }) => [passage, { says, list }]))
    return second.passages.flatMap(({ passage, says, list }): [number, number][] => {
      const other = before.get(passage)
      if (list === undefined || other === undefined || says === 'unread' || other.says === 'unread') return []
      return [[Number(other.says === 'relevant'), Number(says === 'relevant')]]
    })
  })
  return pairs.length === 0 ? null : agreementOf(agreementTable(pairs, 2))
}

function tauOf(read: readonly OfStage[]): number | null {
  const taus = pairsIn(read).flatMap(
    ([
      {
        rankings: [first],
      },
      {
        rankings: [second],
      },
    ]) => {
      if (first === undefined || second === undefined) return []
      const before = new Map(first.shown.map((id, at) => [id, first.ranks[at] as number]))
      const both = second.shown.flatMap((id, at): [number, number][] => {
        const rank = before.get(id)
        return rank === undefined ? [] : [[rank, second.ranks[at] as number]]
      })
      return both.length < 2 ? [] : [kendallTau(both)]
    },
  )
  return meanOrNull(taus)
}

function wordsIn(read: readonly OfStage[]): Pick<StageFindings, 'copied' | 'unworded'> {
  const copies = read.flatMap(({ probe, passages }) =>
    passages.flatMap(({ passage, reason, isCopy }) => {
      // A reader that refuses copies has found them already.
      if (isCopy) return true
      const document = passageOf(probe.row, passage)
      return document === undefined || reason === undefined ? [] : (isCopyOf(reason, contentOf(document)) ?? [])
    }),
  )
  const worded = read.flatMap(({ passages }) => passages.flatMap(({ isWorded }) => isWorded ?? []))
  const share = (of: readonly boolean[], what: boolean) =>
    of.length === 0 ? null : shareOf(of.filter((each) => each === what).length, of.length)
  return { copied: share(copies, true), unworded: share(worded, false) }
}

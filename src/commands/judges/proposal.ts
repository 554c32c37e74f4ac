// Which judge to use, which screen to put before it, and what may be done on its word; with reasons in plain words.
import { percent, plural } from '../../base/format.ts'
import type { BearableAction, Bounds } from '../../policy/bearable.ts'
import { f1Difference, type Difference, type Figure } from '../../judging/figures.ts'
import { percentOf } from '../../statistics/share.ts'
import type { JudgeReport, Proposal, VerdictReport } from './report.ts'
import type { AskedJudge } from './summing-up.ts'
import { costText, figureText, intervalText, plainNumber } from './words.ts'

/** A cheaper judge is taken if its F1 is surely not further below the best one than this. */
const MOST_F1_LOST = 0.05
/** A screen sends on rows with at least this share of what is relevant, with 97.5% confidence, and both cost at most that share of the judge alone. */
const LEAST_SCREEN_RECALL = 0.9
const MOST_CASCADE_COST = 0.9
/** Beyond these, a judge is proposed with a warning. */
const MOST_UNREAD = 0.05
const LEAST_POSITION_P = 0.001
/** With fewer relevant passages every interval is too wide to choose by. */
const FEW_RELEVANT = 30

interface Circumstances {
  /** As the user named the rows. */
  rows: string
  stage: 'judge' | 'screen'
  bounds: Bounds
}

interface Candidate {
  report: JudgeReport
  asked: AskedJudge
}

export function proposalOf(
  reports: readonly JudgeReport[],
  asked: readonly AskedJudge[],
  { rows, stage, bounds }: Circumstances,
): Proposal {
  const candidates = reports.map((report, index): Candidate => ({ report, asked: asked[index] as AskedJudge }))
  const best = candidates.filter(isTold).toSorted((one, other) => f1Of(other) - f1Of(one))[0]
  if (best === undefined) return noJudge(reports)
  const { judge, reason } = cheapestAsGood(best, candidates)
  const screen = screenFor(judge, candidates)
  const policy = judge.report.verdicts.map(({ verdict, action }) => ({ verdict, action }))
  return {
    judge: judge.report.name,
    screen: screen?.report.name ?? null,
    policy,
    command: commandOf(judge.report, screen?.report, policy, { rows, stage, bounds }),
    reasons: [
      reason,
      ...cautions(judge.report, asked),
      ...(judge.report.kind === 'labels' ? [] : [screenReason(judge, screen, candidates)]),
      ...policyReasons(judge.report, bounds),
    ],
  }
}

const f1Of = ({ report }: Candidate) => report.figures.f1.value ?? 0

/** Whether a judge is told from chance. */
const isTold = ({ report: { figures } }: Candidate) => figures.f1.value !== null && (figures.kappa.low ?? 0) > 0

function noJudge(reports: readonly JudgeReport[]): Proposal {
  const seen = reports.map(({ name, figures }) => `${name} ${figureText(figures.kappa)}`).join(', ')
  return {
    judge: null,
    screen: null,
    policy: [],
    command: null,
    reasons: [
      `None of these judges is told from chance: the interval of kappa reaches 0 for each (${seen}). Change no label on their word. Try a stronger model, or label more passages.`,
    ],
  }
}

/** The cheapest judge whose F1 is surely about as good as the best. */
function cheapestAsGood(best: Candidate, candidates: readonly Candidate[]): { judge: Candidate; reason: string } {
  const cheaper = candidates.flatMap((each) => {
    if (each === best || !isTold(each) || !isCheaper(each, best)) return []
    const lost = f1Difference(best.asked.passages, each.asked.passages)
    return lost !== undefined && lost.high <= MOST_F1_LOST ? [{ each, lost }] : []
  })
  const [found] = cheaper.toSorted((one, other) => costOf(one.each) - costOf(other.each))
  const { name, figures } = best.report
  const bestText = `${name} agrees best with the gold: F1 ${figureText(figures.f1)}.`
  if (found === undefined) return { judge: best, reason: `Judge: ${bestText}` }
  return { judge: found.each, reason: `Judge: ${bestText} ${cheaperText(found.each.report, found.lost, best.report)}` }
}

const costOf = ({ report }: Candidate) => report.usdPerThousand ?? Infinity
const isCheaper = (one: Candidate, other: Candidate) => Number.isFinite(costOf(other)) && costOf(one) < costOf(other)

function cheaperText(
  { name, usdPerThousand }: JudgeReport,
  { value, low, high }: Difference,
  best: JudgeReport,
): string {
  const lost = value >= 0 ? `${plainNumber(value)} lower` : `${plainNumber(-value)} higher on what both read`
  return (
    `But the F1 of ${name} is only ${lost} (95%: ${plainNumber(low)} to ${plainNumber(high)}), ` +
    `and a thousand passages cost ${costText(usdPerThousand)} instead of ${costText(best.usdPerThousand)}: take ${name}.`
  )
}

function cautions(judge: JudgeReport, asked: readonly AskedJudge[]): string[] {
  const relevant = asked[0]?.passages.filter(({ isRelevant }) => isRelevant).length ?? 0
  const { unread, positionBias, isRecorded, name } = judge
  const isScorer = judge.kind !== 'chat' && judge.kind !== 'labels'
  return [
    ...(relevant < FEW_RELEVANT
      ? [
          `Only ${plural(relevant, 'passage')} of the sample ${relevant === 1 ? 'is' : 'are'} relevant: the intervals are wide. Label more before you rely on this.`,
        ]
      : []),
    ...(unread.hits / unread.of > MOST_UNREAD
      ? [`${percentOf(unread)} of the passages got no readable verdict from ${name}; its other figures leave them out.`]
      : []),
    ...(positionBias !== null && positionBias.p < LEAST_POSITION_P
      ? [
          `The verdicts of ${name} depend on where a passage stands (p < ${plainNumber(LEAST_POSITION_P)}): show passages in another order with --shuffle, or take another judge.`,
        ]
      : []),
    ...(isRecorded
      ? [
          `The answers of ${name} are recorded: they say what a judge like it can be trusted with, and cannot clean other rows.`,
        ]
      : []),
    ...(isScorer
      ? [
          `${name} is no chat model: winnow clean --method percpos decides by the share of the positive's score, not by the threshold that was measured here.`,
        ]
      : []),
  ]
}

/** The chat model with which a cascade costs least; undefined where none saves enough or finds enough. */
function screenFor(judge: Candidate, candidates: readonly Candidate[]): Candidate | undefined {
  if (judge.report.kind !== 'chat' || !Number.isFinite(costOf(judge))) return undefined
  return candidates
    .filter((each) => each !== judge && !each.report.isRecorded && isGoodScreen(each, judge))
    .toSorted((one, other) => cascadeCost(one, judge) - cascadeCost(other, judge))[0]
}

const isGoodScreen = (screen: Candidate, judge: Candidate) =>
  (screen.report.asScreen?.recall.low ?? 0) >= LEAST_SCREEN_RECALL &&
  cascadeCost(screen, judge) <= MOST_CASCADE_COST * costOf(judge)

/** US dollars for a thousand passages; infinite for a screen whose cost is unknown. */
const cascadeCost = (screen: Candidate, judge: Candidate) =>
  costOf(screen) + (screen.report.asScreen?.rowsSentOn ?? 1) * costOf(judge)

function screenReason(judge: Candidate, screen: Candidate | undefined, candidates: readonly Candidate[]): string {
  const { name, kind, usdPerThousand } = judge.report
  if (screen?.report.asScreen) {
    const { recall, rowsSentOn } = screen.report.asScreen
    return (
      `Screen: ${screen.report.name} sends on ${percent(rowsSentOn, 0)} of the rows, with ${figureText(recall)} of what is relevant in them; ` +
      `a thousand passages then cost ${costText(cascadeCost(screen, judge))} instead of ${costText(usdPerThousand)}.`
    )
  }
  if (kind !== 'chat') return `Screen: none; ${name} is no chat model, and needs none.`
  if (candidates.length === 1) return 'Screen: none; only one judge was asked.'
  if (usdPerThousand === null) return `Screen: none; what ${name} costs is unknown, so nothing can be called cheaper.`
  return (
    `Screen: none; no other chat model surely sends on rows with ${percent(LEAST_SCREEN_RECALL, 0)} of what is relevant ` +
    `and saves ${percent(1 - MOST_CASCADE_COST, 0)} of what ${name} costs alone.`
  )
}

const DONE: Record<BearableAction, string> = {
  relabel: 'make it a positive',
  remove: 'take it out of the negatives',
  keep: 'leave it where it is',
}

function policyReasons({ verdicts, name }: JudgeReport, bounds: Bounds): string[] {
  if (verdicts.length === 0)
    return [`Policy: ${name} called nothing in the sample relevant, so there is nothing to act upon.`]
  return verdicts.map(
    (each) => `Policy: what ${name} calls ${each.verdict}: ${DONE[each.action]}. ${why(each, bounds)}`,
  )
}

function why({ verdict, passages, precision, action }: VerdictReport, { relabelFrom, removeFrom }: Bounds): string {
  const seen = `Of ${plural(passages, 'such call')} ${percentText(precision)} right`
  if (precision.low === null) return `${seen}: too few rows to tell how many at least.`
  const least = percent(precision.low, 0)
  if (action === 'relabel')
    return `${seen}; at least ${least} are, and a new positive takes ${percent(relabelFrom, 0)}.`
  if (action === 'keep')
    return `${seen}; it could be as few as ${least}, and even removal takes ${percent(removeFrom, 0)}.`
  if (verdict === 'worse' && precision.low >= relabelFrom) return `${seen}; the judge puts them below the positives.`
  return `${seen}; it could be as few as ${least}, which bears removal (from ${percent(removeFrom, 0)}) and no new positive (from ${percent(relabelFrom, 0)}).`
}

const percentText = ({ value, low, high }: Figure) =>
  value === null
    ? 'none can be said to be'
    : `${percent(value, 0)}${low === null || high === null ? '' : ` (${intervalText({ low, high })})`} were`

/** The command that does it; null where the judge is no model that clean can ask. */
function commandOf(
  { model, kind, isRecorded }: JudgeReport,
  screen: JudgeReport | undefined,
  policy: Proposal['policy'],
  { rows, stage }: Circumstances,
): string | null {
  if (isRecorded || kind !== 'chat' || policy.every(({ action }) => action === 'keep')) return null
  const models = screen === undefined ? [`--${stage} ${model}`] : [`--screen ${screen.model}`, `--judge ${model}`]
  const actions = policy.map(({ verdict, action }) => `--${verdict} ${action}`)
  return ['winnow clean', rows, '--out cleaned.jsonl', ...models, ...actions].join(' ')
}

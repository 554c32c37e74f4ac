// The page that explains one row: what was decided, on what evidence, and by which calls.
import { cut, oneLine } from '../../base/text.ts'
import type { Human, Score, Verdict } from '../../evidence/evidence.ts'
import { measuredLines } from '../../policy/measured.ts'
import type { Paragraph } from '../../method/brought.ts'
import { methodNamed } from '../../methods/index.ts'
import type { Explanation } from '../../browse/explain-row.ts'
import type { ExplainedPassage } from '../../browse/explained-passages.ts'
import type { ExplainedCall } from '../../browse/recorded-calls.ts'
import { counted, dollars, plural } from '../../base/format.ts'
import { hanging, INDENT, marginOf, type PageStyle } from '../../terminal/page.ts'
import { inContext, withMarks } from '../../terminal/snippet.ts'

export function explainPage(explanation: Explanation, style: PageStyle, withReplies: boolean): string[] {
  return [
    ...headLines(explanation, style),
    ...explanation.passages.flatMap((passage) => ['', ...passageLines(passage, style)]),
    ...methodLines(explanation, style),
    '',
    ...callLines(explanation, style, withReplies),
  ]
}

const NEWER = 'replies for this row arrived after the output was written; the decision then may have differed'

function headLines(explanation: Explanation, { width, heading }: PageStyle): string[] {
  const { file, line, row, query, task, method, run, output, outcome, reason, suspect } = explanation
  const found = explanation.falseNegatives
  const table: [string, string][] = [
    ['query', oneLine(query)],
    ['task', `${task}, ${chosenWords(explanation)}`],
    ['run', `${run} by ${method}${output === null ? '' : `, for ${output}`}`],
    ['outcome', `${outcome}${reason ? `: ${oneLine(reason.text)}` : ''}`],
    ...(found > 0 ? [['', plural(found, 'false negative')] as [string, string]] : []),
    ...(explanation.wanted === null ? [] : refillLines(explanation.wanted, explanation.refilled)),
    ...(explanation.hasNewerReplies ? [['note', NEWER] as [string, string]] : []),
    ...(suspect ? [['suspect', oneLine(suspect.reason)] as [string, string]] : []),
    ...measuredLines(explanation.measured).map((told, index): [string, string] =>
      index === 0 ? ['policy', told.replace(/^policy: /, '')] : ['', told.trim().replaceAll(/ +/g, ' ')],
    ),
  ]
  const title = hanging('', `row ${oneLine(row)}, line ${counted(line)} of ${file}`, width)
  return [...title.map(heading), ...table.flatMap(([name, text]) => hanging(`  ${name.padEnd(9)}`, text, width))]
}

function chosenWords({ dataset, taskBy: { by, words } }: Explanation): string {
  if (by === 'option') return 'by --task'
  if (by === 'default') return dataset === null ? 'by default' : `by default, for the dataset ${oneLine(dataset)}`
  return `${by === 'mapping' ? 'by --tasks, for' : `by its ${by}`} ${oneLine(words)}`
}

function refillLines(wanted: number, refilled: Explanation['refilled']): [string, string][] {
  const gone = `no negatives left; up to ${counted(wanted)} were to be mined`
  if (refilled === null) return [['', `${gone} (see the list of changes; without any, the row was dropped)`]]
  if (refilled.length === 0) return [['', `${gone}, none found`]]
  const each = refilled.map(({ id, text, reason }) => `${oneLine(id)}, ${oneLine(reason)}: ${oneLine(text)}`)
  return [['', gone], ...each.map((mined): [string, string] => ['mined', mined])]
}

/** Returns paragraphs that only the method can write. */
function methodLines(explanation: Explanation, style: PageStyle): string[] {
  const { explainer } = methodNamed(explanation.method)
  return (explainer?.paragraphs?.({ ...explanation }) ?? []).flatMap((each) => paragraphLines(each, style))
}

function paragraphLines({ mark = INDENT, margin, text, tone, isApart, lines }: Paragraph, style: PageStyle): string[] {
  const { width } = style
  const shown = lines === undefined ? text : cut(text, lines * (width - INDENT.length - 4))
  const paragraph = hanging(margin === undefined ? mark : marginOf(margin), shown, width)
  return [...(isApart ? [''] : []), ...(tone === undefined ? paragraph : paragraph.map(style[tone]))]
}

/** How many lines are shown of a passage without marked words. */
const OPENING_LINES = 2

function passageLines(passage: ExplainedPassage, style: PageStyle): string[] {
  const { id, title, text, before, after, evidence } = passage
  const { width } = style
  const isMoved = after !== null && after !== before
  const label = isMoved ? `${before} → ${after === 'ignored' ? 'removed' : after}` : before
  const head = hanging('  ', `${label}  ${oneLine(id)}`, width)
  const quotes = evidence.some((item) => item.kind === 'verdict' && item.snippet)
  const opening = cut(title ? `${title} — ${text}` : text, OPENING_LINES * (width - INDENT.length - 4))
  return [
    ...head.map(isMoved ? style.heading : (line: string) => line),
    ...(quotes ? [] : hanging(INDENT, opening, width).map(style.faint)),
    ...groundsLines(passage, style),
    ...evidence.flatMap((item) => evidenceLines(item, passage, style)),
    ...rankLines(passage, style),
  ]
}

/** Returns the grounds for the change of label, or that the passage was dropped with its row. */
function groundsLines({ after, change }: ExplainedPassage, { width }: PageStyle): string[] {
  if (after === null) return hanging(INDENT, 'dropped with its row', width)
  if (change === null) return []
  const { stage, verdict, model } = change
  const words = [stage, ...(verdict ? [verdict] : []), ...(model ? [`(${model})`] : [])].join(' ')
  return hanging(INDENT, `based on: ${words}`, width)
}

const NAMES: Record<string, string> = { duplicate: 'a copy', known: 'known' }

function evidenceLines(item: ExplainedPassage['evidence'][number], passage: ExplainedPassage, style: PageStyle) {
  const { width } = style
  if (item.kind === 'verdict') return verdictLines(item, passage, style)
  if (item.kind === 'known') return hanging(marginOf(NAMES[item.stage] ?? item.stage), oneLine(item.reason), width)
  if (item.kind === 'unread')
    return hanging(marginOf(item.stage), `unreadable: ${item.why}: ${oneLine(item.detail)}`, width)
  if (item.kind === 'score') return scoreLines(item, passage, style)
  if (item.kind === 'human') return hanging(marginOf(item.stage), humanText(item), width)
  return hanging(marginOf(item.kind === 'unjudged' ? 'not asked' : item.kind), oneLine(item.reason), width)
}

const humanText = ({ who, verdict, grade, at }: Human) =>
  `${oneLine(who)}: ${verdict}${grade === undefined ? '' : `, grade ${grade}`}, ${at.slice(0, 10)}`

function verdictLines(item: Verdict, passage: ExplainedPassage, style: PageStyle): string[] {
  const { stage, verdict, strict, step, votes, snippet, reason, order } = item
  const said = [
    ...(order === undefined || order === 2 ? [] : [`order ${order}`]),
    ...(step === undefined ? [] : [`step ${step}`]),
    `${verdict}${strict === true ? ', strictly' : ''}`,
    ...(votes ? [`${votes.agree} of ${votes.of} samples`] : []),
  ].join(', ')
  const words = snippet ? inContext(passage, snippet) : oneLine(reason ?? '')
  return withMarks(hanging(marginOf(stage), words === '' ? said : `${said}: ${words}`, style.width), style)
}

function scoreLines({ stage, score }: Score, { change }: ExplainedPassage, { width }: PageStyle): string[] {
  return hanging(marginOf(stage), change?.stage === stage ? change.reason : String(score), width)
}

function rankLines({ ranks, before }: ExplainedPassage, { width }: PageStyle): string[] {
  return ranks.flatMap(({ stage, order, window, step, rank, of, anchor }) => {
    const which = [
      ...(step === undefined ? [] : [`step ${step}`]),
      `order ${order}`,
      ...(ranks.some((other) => other.window !== '1') ? [`window ${window}`] : []),
    ].join(', ')
    const isAnchor = rank === anchor && before === 'positive'
    const place = anchor === null ? 'no anchor' : isAnchor ? 'the anchor' : anchorPlace(rank, anchor)
    return hanging(marginOf(stage), `${which}: ${inOrder(rank)} of ${of}, ${place}`, width)
  })
}

function anchorPlace(rank: number, anchor: number): string {
  const where = rank === anchor ? 'tied with' : rank < anchor ? 'above' : 'below'
  return `${where} the anchor, which is ${inOrder(anchor)}`
}

/** Formats a rank: 1 → 1st; a mean of several samples stays a number. */
function inOrder(rank: number): string {
  if (!Number.isInteger(rank)) return `at ${rank.toFixed(2)} on average`
  const ending = rank % 100 >= 11 && rank % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][rank % 10] ?? 'th')
  return `${rank}${ending}`
}

function callLines({ calls }: Explanation, style: PageStyle, withReplies: boolean): string[] {
  if (calls === null) return hanging('', 'no calls: the evidence came from a file', style.width)
  if (calls.length === 0) return hanging('', 'no model was asked about this row', style.width)
  const costs = calls.map(({ cost }) => cost)
  const total = costs.includes(null)
    ? 'cost unknown'
    : dollars(costs.reduce<number>((sum, cost) => sum + (cost ?? 0), 0))
  return [
    style.heading(`${plural(calls.length, 'call')}, ${total}`),
    ...calls.flatMap((call) => callLine(call, style, withReplies)),
    ...(withReplies ? [] : ['', ...hanging('', 'Show the replies with --replies', style.width).map(style.faint)]),
  ]
}

const UNBROKEN = '\u00a0'

function callLine(call: ExplainedCall, style: PageStyle, withReply: boolean): string[] {
  const { stage, part, sample, attempt, model, prompt, endpoint, at, latencyMs, usage, cost, finishReason } = call
  const facts = [
    ...(sample > 0 ? [`sample ${sample}`] : []),
    ...(attempt > 1 ? [`attempt ${attempt}`] : []),
    endpoint === null ? model : `${model} at ${endpoint}`,
    prompt,
    ...(at === null ? [] : [at.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')]),
    ...(latencyMs === null ? [] : [`${counted(latencyMs)} ms`]),
    ...(usage === null ? [] : [tokensOf(usage)]),
    ...(call.failure ? [`no reply: ${call.failure.code}: ${call.failure.message}`] : []),
    ...(finishReason === null
      ? []
      : [cost === null ? 'cost unknown' : dollars(cost), `finish ${finishReason || 'unknown'}`]),
  ]
  // A line is broken between facts, and within a fact only if it alone is too long.
  const joined = facts.map((fact) => oneLine(fact).replaceAll(' ', UNBROKEN)).join(' · ')
  const lines = hanging(`  ${`${stage} ${part}`.padEnd(10)} `, joined, style.width).map((line) =>
    line.replaceAll(UNBROKEN, ' '),
  )
  return withReply ? [...lines, ...replyLines(call, style), ''] : lines
}

function tokensOf({ input, output, cached, reasoning }: NonNullable<ExplainedCall['usage']>): string {
  const of = (count: number, what: string) => (count > 0 ? ` (${counted(count)} ${what})` : '')
  return `${counted(input)} tokens in${of(cached, 'cached')} · ${counted(output)} out${of(reasoning, 'reasoning')}`
}

/** Returns the model's reply, line by line. */
function replyLines({ reply, refusal, reasoning }: ExplainedCall, { width }: PageStyle): string[] {
  const parts = [
    ['reasoning', reasoning],
    ['refusal', refusal],
    ['', reply],
  ] as const
  return parts.flatMap(([name, text]) => {
    if (text === null || text === '') return name === '' && text === '' ? [`${INDENT}(empty)`] : []
    return [
      ...(name === '' ? [] : [`${INDENT}${name}:`]),
      ...text.split('\n').flatMap((line) => hanging(`${INDENT}| `, oneLine(line), width)),
    ]
  })
}

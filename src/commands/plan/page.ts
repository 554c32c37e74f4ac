// The page of winnow plan: the sums first, then each stage, then what they rest on.
import { compact, counted, dollars, plural } from '../../base/format.ts'
import { tableLines } from '../../base/table.ts'
import type { Figure } from '../../job/plan/totals.ts'
import type { PlannedStage, RunPlan } from '../../job/plan/report.ts'
import { hanging, type PageStyle } from '../../terminal/page.ts'

const NAMES = 12

export function planPage(plan: RunPlan, style: PageStyle): string[] {
  const { files, rows, method, stages, notes } = plan
  const [first = ''] = files
  const where = files.length === 1 ? first : `${first} and ${plural(files.length - 1, 'other file')}`
  const line = ([name, text]: readonly [string, string]) => hanging(`  ${name.padEnd(NAMES)}`, text, style.width)
  return [
    style.heading(`plan of ${plan.command} (${method}) over ${where}: ${plural(rows, 'row')}`),
    ...sums(plan).flatMap(line),
    '',
    ...stages.flatMap((stage) => stageLines(stage, plan, style)),
    ...hanging('  ', basisText(plan), style.width),
    ...notes.flatMap((note) => hanging('  note: ', note, style.width)),
    ...hanging('  ', pricesText(plan), style.width).map((each) => style.faint(each)),
  ]
}

function sums({ calls, input, output, usd, batchProvider, hours }: RunPlan): (readonly [string, string])[] {
  const all = calls.inLedger + (calls.value ?? calls.high)
  const stored =
    calls.inLedger > 0 ? `; of ${many(all)} calls ${counted(calls.inLedger)} are in the ledger already` : ''
  const shared = calls.shared > 0 ? `; ${sharedText(calls.shared)}` : ''
  const more = calls.furtherCheck > 0 ? `, ${counted(calls.furtherCheck)} more if these do not tell` : ''
  const check = calls.check > 0 ? `; ${counted(calls.check)} of them check the models first${more}` : ''
  return [
    ['calls', `${range(calls, many)}${check}${stored}${shared}`],
    ['tokens', `${range(input, tokens)} input, ${range(output, tokens)} output`],
    ['cost', usd.online === null ? 'unknown' : `${range(usd.online, money)} online`],
    ...(batchProvider === null
      ? []
      : [['', `${usd.batch === null ? 'unknown' : range(usd.batch, money)} in batch at ${batchProvider}`] as const]),
    ...(calls.high === 0 ? [['time', 'none: nothing is left to ask'] as const] : hourLines(hours, batchProvider)),
  ]
}

const sharedText = (calls: number) =>
  calls === 1
    ? '1 more equals another and shares its reply'
    : `${counted(calls)} more equal others and share their reply`

function hourLines({ online, onlineFrom, batchAtMost, rounds, gpu }: RunPlan['hours'], provider: string | null) {
  const lines: (readonly [string, string])[] = []
  if (online !== null) lines.push(['time', `${range(online, time)} online: ${onlineFrom.join(', ')}`])
  else lines.push(['time', 'online unknown: --pilot measures it, --rpm and --tpm say what a provider allows'])
  if (batchAtMost !== null && rounds > 0) {
    const each = batchAtMost / rounds
    lines.push([
      '',
      `at most ${counted(batchAtMost)} h in batch at ${provider}: ${plural(rounds, 'round')} of up to ${each} h`,
    ])
  }
  if (gpu !== null) {
    const { tokensPerSecond, gpus, isMeasured } = gpu
    const rate = `${counted(Math.round(tokensPerSecond))} tokens a second (${isMeasured ? 'as measured by the pilot' : 'as given'})`
    lines.push([
      'GPU hours',
      `${range(gpu, (hours) => hours.toPrecision(3))}: ${rate}${gpus > 1 ? `, ${gpus} GPUs` : ''}`,
    ])
  }
  return lines
}

function stageLines(stage: PlannedStage, { batchProvider }: RunPlan, style: PageStyle): string[] {
  const { calls, certainInput, input, output, usd, tokenizer, inLedger } = stage
  const head = `  ${stage.stage}: ${stage.model}${inLedger > 0 ? ` (${plural(inLedger, 'reply', 'replies')} in the ledger)` : ''}`
  if (calls.high === 0) return [style.heading(head), '    no calls', '']
  const row = (name: string, figure: Figure | null, show: (value: number) => string) =>
    figure === null
      ? [name, 'unknown', '', '']
      : [name, figure.value === null ? '' : show(figure.value), show(figure.low), show(figure.high)]
  const table = [
    ['', 'expected', 'low', 'high'],
    row('calls', calls, many),
    row('input tokens', input, tokens),
    row('output tokens', output, tokens),
    row('online', usd.online, money),
    ...(batchProvider === null ? [] : [row('batch', usd.batch, money)]),
  ]
  return [
    style.heading(head),
    ...tableLines(table).map((each) => `  ${each}`),
    ...hanging(
      '    ',
      `${tokens(certainInput)} of the input tokens are sure to be sent; ${tokenizer}`,
      style.width,
    ).map((each) => style.faint(each)),
    '',
  ]
}

function basisText({ basis, pilot, counted: size, rows }: RunPlan): string {
  const input = size < rows ? `Input is counted for ${counted(size)} rows` : 'Input is counted for every row'
  const asked = pilot
    ? ` ${counted(pilot.calls)} calls about ${plural(pilot.rows, 'row')} were made now for ${pilot.usd === null ? 'an unknown cost' : dollars(pilot.usd)}${pilot.failed > 0 ? `, ${plural(pilot.failed, 'other')} failed` : ''}; their replies are in the ledger and are not paid for again.`
    : ''
  if (basis.kind === 'forecast') return `${input}; output and what follows from replies are guesses.${asked}`
  return `${input}; output and what follows from replies are measured on ${plural(basis.rows, 'row')}, with intervals of 95%.${asked}`
}

function pricesText({ pricesAsOf, batchPricesAsOf, batchProvider, ledger, pilot }: RunPlan): string {
  const batch = batchProvider === null ? '' : `, of batches ${batchPricesAsOf}`
  return `Prices as of ${pricesAsOf}${batch}. Ledger: ${ledger}.${pilot === null ? ' Nothing was sent.' : ''}`
}

/** The expected value with its interval; without one, the range. */
function range({ value, low, high }: Figure, show: (value: number) => string): string {
  const [from, to] = [show(low), show(high)]
  if (from === to) return show(value ?? low)
  return value === null ? `${from} to ${to}` : `${show(value)} (${from} to ${to})`
}

const many = (value: number) => counted(Math.round(value))
const tokens = (value: number) => compact(Math.round(value))
const money = (value: number) => (value >= 100 ? `$${counted(Math.round(value))}` : dollars(value))
const time = (hours: number) =>
  hours >= 48
    ? `${counted(Math.round(hours))} h`
    : hours >= 1
      ? `${hours.toFixed(1)} h`
      : `${Math.max(1, Math.round(hours * 60))} min`

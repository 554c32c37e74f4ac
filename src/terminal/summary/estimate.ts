// A dry run, for people: the prompts as they would be sent, and the possible cost.
import type { Estimate, StageEstimate } from '../../job/gather/estimate.ts'
import type { ShellOptions } from '../command.ts'
import { compact, counted, dollars, percent, plural } from '../../base/format.ts'
import { printReport } from '../shell.ts'

/** Prints an estimate in the form that the shell asks for. Returns the exit code. */
export async function printEstimate(estimate: Estimate, shell: ShellOptions): Promise<number> {
  await printReport(shell, estimate, () => [estimateText(estimate)])
  return 0
}

function estimateText(estimate: Estimate): string {
  return [...estimate.stages.flatMap(promptLines), ...costLines(estimate)].join('\n')
}

function promptLines({ stage, model, example }: StageEstimate): string[] {
  if (example.length === 0) return [`===== ${stage} (${model}): no calls for the sampled rows =====`, '']
  return [
    `===== ${stage} (${model}): prompt for the first row =====`,
    ...example.flatMap(({ role, content }) => [`----- ${role} -----`, content]),
    '',
  ]
}

function costLines({
  rows,
  sampled,
  silentShare,
  tasks,
  stages,
  usd,
  pricesAsOf,
  batch,
  check,
  cascade,
  instead,
}: Estimate): string[] {
  const total = usd
    ? `${range(usd.low, usd.high)}; at most ${dollars(usd.worst)}, excluding re-asks, if every row reached every stage and every reply its length limit`
    : 'unknown: give prices with --price IN/OUT'
  return [
    `===== estimate: ${plural(rows, 'row')}, measured on the first ${counted(sampled)} =====`,
    `tasks   ${tasks.join('\n        ')}`,
    ...(silentShare > 0 ? [`${percent(silentShare)} of the rows need no calls (exempt, or nothing left to ask)`] : []),
    ...stages.map(stageLine),
    ...(check
      ? [
          `of these, ${plural(check.calls, 'call')} about ${plural(check.probes, 'row')} check first whether the models can judge`,
        ]
      : []),
    ...(cascade ? [cascade] : []),
    `cost  ${total}`,
    ...(batch === undefined || batch === 'files'
      ? []
      : [`By the batch prices of ${batch}; check and pilot are asked online, at the usual price.`]),
    ...(instead ? [insteadLine(instead)] : []),
    `Prices as of ${pricesAsOf}. Input tokens are counted with OpenAI's tokenizer; other models' counts differ by a few percent. Nothing was sent.`,
  ]
}

function stageLine({ stage, model, calls, inputTokensPerCall, outputTokensPerCall, usd }: StageEstimate): string {
  const many =
    calls.low === calls.high ? plural(calls.low, 'call') : `${counted(calls.low)} to ${counted(calls.high)} calls`
  const { expected, limit } = outputTokensPerCall
  return (
    `${stage.padEnd(7)} ${model}: ${many} · ${compact(inputTokensPerCall)} input tokens per call · ` +
    `about ${compact(expected)} output (at most ${compact(limit)}) · ${usd ? range(usd.low, usd.high) : 'cost unknown'}`
  )
}

function insteadLine({ label, calls, usd }: NonNullable<Estimate['instead']>): string {
  const many = calls.low === calls.high ? counted(calls.low) : `${counted(calls.low)} to ${counted(calls.high)}`
  return `${label}: ${many} calls · ${usd ? range(usd.low, usd.high) : 'cost unknown'}`
}

const range = (low: number, high: number) =>
  low === high ? `about ${dollars(low)}` : `about ${dollars(low)} to ${dollars(high)}`

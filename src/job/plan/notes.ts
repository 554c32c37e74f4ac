// What to know about the figures of a plan, in sentences.
import { plural } from '../../base/format.ts'
import { modelNameOf, type ChatModel } from '../../llm/chat.ts'
import { unusedPrices, type GivenPrices } from '../../llm/prices.ts'
import type { PlanSettings, Stored } from './settings.ts'
import type { BatchTariff, Tariff } from './tariffs.ts'

/** Figures of the plan. */
interface Figures {
  basis: { kind: 'replies' | 'some-replies' | 'forecast'; rows: number; areFirst: boolean }
  counted: number
  rows: number
  stages: readonly { stage: string; model: string; calls: { high: number } }[]
  batchProvider: string | null
}

/** What they were made from. */
interface Parts {
  jobs: readonly { shard: unknown }[]
  stored: Pick<Stored, 'inJobs'>
  isGateOpen: boolean
  /** The longest input of each stage, in tokens. */
  longest: ReadonlyMap<string, number>
  routes: ReadonlyMap<string, ChatModel>
  prices: GivenPrices
  settings: Pick<PlanSettings, 'batch'>
}

type Tariffs = readonly [online: Tariff, batch: BatchTariff]

export function notesOf(plan: Figures, parts: Parts, tariffs: Tariffs): string[] {
  return [...basisNotes(plan), ...runNotes(parts), ...priceNotes(plan, parts, tariffs), ...batchNotes(plan, parts)]
}

function basisNotes({ basis, counted, rows }: Figures): string[] {
  return [
    ...(basis.kind === 'forecast'
      ? [
          'No reply of this run is there to measure with: the ranges are those the method usually has, and no intervals. --pilot 100 asks about 100 rows and measures.',
        ]
      : []),
    ...(basis.kind === 'some-replies'
      ? ['For some stages no reply is there to measure with: what follows from them is as the method usually has it.']
      : []),
    ...(basis.areFirst
      ? [
          `The ${plural(basis.rows, 'row')} with replies are of one part of the rows and not spread over them: the intervals hold if the others are alike. --pilot 100 asks about rows of all parts.`,
        ]
      : []),
    ...(counted < rows
      ? [
          `Requests were counted for ${counted.toLocaleString('en-US')} rows drawn at random; the intervals include it. --count ${rows} counts all.`,
        ]
      : []),
  ]
}

function runNotes({ jobs, stored, isGateOpen }: Parts): string[] {
  return [
    ...(stored.inJobs > 0
      ? [
          `${plural(stored.inJobs, 'of these calls is', 'of these calls are')} in open batch jobs, and not submitted again: winnow batch list.`,
        ]
      : []),
    ...(jobs.length > 1
      ? [
          'Each of these files is a run of its own, with a check of the models of its own. A pattern in quotes, "rows/*.parquet", is one run over all.',
        ]
      : []),
    ...(jobs.some(({ shard }) => shard !== undefined)
      ? ['--shard: these figures are of all shards together, as they share a ledger.']
      : []),
    ...(isGateOpen
      ? [
          'The gate of --recall is measured when the run begins: these figures send every row to the judge, and it will see fewer; the lower ends send as few as gates usually do.',
        ]
      : []),
  ]
}

function priceNotes(plan: Figures, parts: Parts, [online, batch]: Tariffs): string[] {
  const { longest, routes, prices } = parts
  const unpriced = (tariff: Tariff) => [
    ...new Set(
      plan.stages
        .filter(({ calls, stage }) => calls.high > 0 && tariff.prices.get(stage) === undefined)
        .map(({ model }) => model),
    ),
  ]
  const long = [...routes].filter(([stage, { price }]) => price?.long && (longest.get(stage) ?? 0) >= price.long.from)
  const named = [...routes.values()].filter((model) => prices.byModel.has(modelNameOf(model))).map(modelNameOf)
  const unused = unusedPrices(
    prices,
    plan.stages.map(({ model }) => model),
  )
  const noOnline = unpriced(online)
  const noBatch = plan.batchProvider === null ? [] : unpriced(batch)
  return [
    ...long.map(
      ([stage]) =>
        `Some inputs of the ${stage} are so long that its model costs more: all of them are reckoned at that price.`,
    ),
    ...(unused === undefined ? [] : [`${unused}.`]),
    ...(noOnline.length > 0
      ? [`The price of ${noOnline.join(' and ')} is unknown: give it with --price ${noOnline[0]}=IN/OUT.`]
      : []),
    ...(noBatch.length > 0
      ? [
          `The price of ${noBatch.join(' and ')} in batch at ${plan.batchProvider} is unknown; half of the other price is not assumed.${listedAt(batch)}`,
        ]
      : []),
    ...(named.length > 0 && plan.batchProvider !== null
      ? [`The price of ${[...new Set(named)].join(' and ')} is the one given, online and in batch.`]
      : []),
  ]
}

const listedAt = ({ listedAt: places }: BatchTariff) =>
  places.length === 0 ? '' : ` It is listed at ${places.join(' and ')}: --batch ${places[0]}.`

function batchNotes({ batchProvider }: Figures, { settings: { batch } }: Parts): string[] {
  if (batchProvider !== null || batch === undefined) return []
  if (batch === true)
    return ['--batch: the models are not at one provider whose batches are known; name it, as in --batch openai.']
  return batch.startsWith('files:')
    ? [
        '--batch files: the requests go to an engine of yours, so there is no price in batch; --tokens-per-second gives its hours.',
      ]
    : []
}

// What is said before rows are decided by a run that was not gathered to its end, and which of its shards are missing.
import { counted } from '../../base/format.ts'
import type { Ledger } from '../../llm/ledger/ledger.ts'
import type { FinishedShard } from '../../llm/ledger/run-record.ts'

/** Returns a warning, or undefined if the ledger has all that the run asks about so many rows. */
export async function ungathered(ledger: Ledger, run: string, rows: number): Promise<string | undefined> {
  const record = await ledger.runs.get(run)
  if (record === undefined || record.gathered) return undefined
  const parts = partsOf(await ledger.runs.shards(run))
  const isWhole = [...parts.values()].some(([first, ...others]) => {
    return first !== undefined && others.length + 1 === first.of && first.total >= rows
  })
  if (isWhole) return undefined
  const undecided = 'rows without replies are undecided: they stay as they are and are listed'
  const goOn = 'the same command that began it goes on'
  if (parts.size === 0) return `run ${run} was not gathered to its end, so ${undecided}; ${goOn}`
  return `run ${run} was gathered in shards, and not all are done. As far as ${ledger.path} knows: ${said(parts)}. So ${undecided}`
}

/** Returns a note about finished shards of the run that do not count together with this one, if there are any. */
export function foreignShards(shards: readonly FinishedShard[], { of, total }: FinishedShard): string | undefined {
  const others = shards.filter((each) => each.of !== of || each.total !== total)
  if (others.length === 0) return undefined
  return `shards count together only with the same number of shards and the same --limit; the ledger has also, ${said(partsOf(others))}`
}

const partsOf = (shards: readonly FinishedShard[]) =>
  Map.groupBy(shards, ({ of, total }) => `${of} shards of ${counted(total)} rows`)

const said = (parts: ReadonlyMap<string, FinishedShard[]>) =>
  [...parts].map(([name, done]) => `of ${name}, ${shardsText(done)}`).join('; ')

function shardsText(done: readonly FinishedShard[]): string {
  const numbers = done.map(({ number }) => number)
  const all = Array.from({ length: done[0]?.of ?? 0 }, (_, index) => index + 1)
  return `done: ${ranges(numbers)}; not done: ${ranges(all.filter((number) => !numbers.includes(number)))}`
}

/** Returns ascending numbers as `1, 3 to 5`. */
function ranges(numbers: readonly number[]): string {
  const parts: [first: number, last: number][] = []
  for (const number of numbers) {
    const last = parts.at(-1)
    if (last !== undefined && last[1] === number - 1) last[1] = number
    else parts.push([number, number])
  }
  return parts.map(([first, last]) => (first === last ? first : `${first} to ${last}`)).join(', ') || 'none'
}

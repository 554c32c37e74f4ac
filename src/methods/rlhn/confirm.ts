// Asks again, in further orders, about the documents that the last stage called better: only what it finds there as well may become a
// positive.
import type { Evidence } from '../../evidence/evidence.ts'
import { inFurtherOrder } from '../../policy/confirming.ts'
import type { Passage } from '../../rows/row.ts'
import { judgeAll } from './judge.ts'
import type { Judged } from './judged.ts'

/**
 * @param parts the documents of each call
 * @param found what the stage said of them; if something of it is unread, the row is undecided and nothing is asked
 */
export async function confirmAll(judged: Judged, parts: Passage[][], found: Evidence[]): Promise<Evidence[]> {
  const { row, stage, settings } = judged
  if (found.some(({ kind }) => kind === 'unread')) return []
  const better = new Set(
    found.flatMap((item) => (item.kind === 'verdict' && item.verdict === 'better' ? [item.passage] : [])),
  )
  const isBetter = ({ id }: Passage) => better.has(id)
  const shown = stage.prompt.isOneByOne ? [parts.flat().filter(isBetter)] : parts.filter((part) => part.some(isBetter))
  if (better.size === 0) return []
  const orders = Array.from({ length: settings.confirm }, (_order, index) => index + 2)
  const confirmed = orders.map((order) => {
    const turned = shown.map((part) => inFurtherOrder(part, order, row.id))
    return judgeAll({ ...judged, stage: { ...stage, order } }, turned)
  })
  return (await Promise.all(confirmed)).flat()
}

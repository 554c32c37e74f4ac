// The page of winnow plan --papers.
import { counted, dollars } from '../../base/format.ts'
import { tableLines } from '../../base/table.ts'
import { hanging, type PageStyle } from '../../terminal/page.ts'
import type { PapersReport } from './papers.ts'

export function papersPage(
  { models, datasets, exempt, total, yours, assumed }: PapersReport,
  style: PageStyle,
): string[] {
  const money = (value: number) => (value >= 100 ? `$${counted(Math.round(value))}` : dollars(value))
  const off = (ours: number, theirs: number) =>
    `${ours >= theirs ? '+' : '−'}${Math.abs(Math.round((100 * (ours - theirs)) / theirs))}%`
  const row = (
    name: string,
    rows: string,
    usd: { screen: number; judge: number },
    paper: { screen: number; judge: number },
  ) => [
    name,
    rows,
    money(usd.screen),
    `$${counted(paper.screen)}`,
    off(usd.screen, paper.screen),
    money(usd.judge),
    `$${counted(paper.judge)}`,
    off(usd.judge, paper.judge),
  ]
  const rows = [...datasets, { ...exempt, rows: exempt.rows }].reduce((sum, each) => sum + each.rows, 0)
  const table = [
    ['', 'rows', 'screen', 'paper', '', 'judge', 'paper', ''],
    ...datasets.map((each) => row(each.name, counted(each.rows), each.usd, each.paper)),
    [exempt.name, counted(exempt.rows), 'exempt', '', '', '', '', ''],
    row('all', counted(rows), total.usd, total.paper),
  ]
  const [ours, theirs] = [total.usd, total.paper].map(({ screen, judge }) => screen + judge) as [number, number]
  return [
    style.heading(`the datasets of RLHN with ${models.screen} and ${models.judge} in batch, recomputed`),
    ...tableLines(table),
    ...hanging('  ', `Together ${money(ours)}, in the paper ${money(theirs)}: ${off(ours, theirs)}.`, style.width),
    ...(yours && total.yours
      ? hanging(
          '  ',
          `With ${yours.screen} and ${yours.judge}, if they escalate as often: ${total.yours.online === null ? 'unknown' : money(total.yours.online)} online, ${total.yours.batch === null ? 'unknown' : money(total.yours.batch)} in batch.`,
          style.width,
        )
      : []),
    ...assumed.flatMap((each) => hanging('  assumed: ', each, style.width)).map((line) => style.faint(line)),
  ]
}

// The page of winnow batch for a terminal.
import { counted, dollars, plural } from '../../base/format.ts'
import { failureLines } from '../../llm/batch/account.ts'
import type { Imported } from '../../llm/batch/importing.ts'
import type { BatchRecord } from '../../llm/ledger/batch-record.ts'
import { NANO_PER_DOLLAR } from '../../llm/prices.ts'

/** @param ledger where they are @param ended how many others are not shown, as they are done */
export function jobsPage(ledger: string, jobs: readonly BatchRecord[], ended = 0): string[] {
  if (jobs.length === 0 && ended > 0)
    return [
      `no open batch jobs in ${ledger}; --all shows ${ended === 1 ? 'the one that is' : `the ${counted(ended)} that are`} done`,
    ]
  if (jobs.length === 0) return [`no batch jobs in ${ledger}`]
  return jobs.flatMap((job) => [jobLine(job), `  ${countsLine(job)}`])
}

function jobLine({ id, run, provider, model, phase, said, createdMs }: BatchRecord): string {
  const when = new Date(createdMs).toISOString().slice(0, 16)
  const state = said === '' || said === phase ? phase : `${phase} (${said})`
  return `${id}  ${when}  ${provider}  ${model}  run ${run}: ${state}`
}

function countsLine({ requests, answered, failed, missing, held }: BatchRecord): string {
  const open = requests - answered - failed - missing
  const parts = [
    [answered, 'answered'],
    [failed, 'failed'],
    [missing, 'missing'],
    [open, 'open'],
  ] as const
  const said = parts.filter(([count]) => count > 0).map(([count, word]) => `${counted(count)} ${word}`)
  const money = held > 0 ? `, at most ${dollars(held / NANO_PER_DOLLAR)} to come` : ''
  return `${plural(requests, 'request')} = ${said.join(' + ') || '0'}${money}`
}

export function importedPage(imported: Record<string, Imported>): string[] {
  return Object.entries(imported).flatMap(([path, one]) => {
    const { answered, failed, repeated, stale, unasked, foreign, refused, reasons } = one
    const parts = [
      [answered, 'answered'],
      [failed, 'failed, to be asked again'],
      [repeated, 'of requests that had their reply already'],
      [stale, 'failures of requests that another job asks by now'],
      [unasked, 'of requests that no open job asks: start the run again, then import them'],
      [foreign, 'of no request in this ledger'],
      [refused, 'not used:'],
    ] as const
    const said = parts.filter(([count]) => count > 0).map(([count, words]) => `${counted(count)} ${words}`)
    const why = [...reasons, ...failureLines(one)]
    return [`${path}: ${said.join(', ') || 'no results'}`, ...why.map((reason) => `  ${reason}`)]
  })
}

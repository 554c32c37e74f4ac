// The terminal output shared by clean, apply and grow: the live line during the run, and the summary at the end.
import type { TellingChanges } from '../job/changes/telling.ts'
import type { JobHooks } from '../job/hooks.ts'
import type { Manifest } from '../job/manifest.ts'
import type { ShellOptions } from './command.ts'
import { ERRORS } from './door.ts'
import { startHeartbeat } from './heartbeat.ts'
import { RowLine } from './row-line.ts'
import { printReport, withShell } from './shell.ts'
import { terminal } from './page.ts'
import { closingLines } from './summary/examples.ts'
import { pilotText } from './summary/pilot.ts'
import { changesIn } from '../job/summary/files.ts'
import { summaryOf } from './summary/summary.ts'

const UNDECIDED = 1

/** Runs and prints the summary. Returns the exit code. @param isTaken whether the rows go to standard output */
export async function report(
  options: ShellOptions,
  run: (hooks: JobHooks) => Promise<Manifest>,
  isTaken: boolean,
): Promise<number> {
  const rows = new RowLine()
  let telling: TellingChanges | undefined
  const manifest = await withShell(options, (hooks, { say, line }) => {
    const endHeartbeat = line && startHeartbeat(rows, line)
    return run({
      ...hooks,
      onStart: (progress) => rows.set(progress),
      onRow: (progress) => {
        rows.set(progress)
        line?.show(() => rows.text(), false, rows.amount)
      },
      onChanges: (changes) => (telling = changes),
      onPilot: (pilot) => say(pilotText(pilot)),
    }).finally(() => endHeartbeat?.())
  })
  const page = () => [
    summaryOf(manifest),
    ...closingLines(manifest, telling, changesIn(manifest), terminal(undefined, ERRORS)),
  ]
  await printReport(options, manifest, page, { isTaken, stream: ERRORS })
  return Object.keys(manifest.rows.undecidedReasons).length > 0 ? UNDECIDED : 0
}

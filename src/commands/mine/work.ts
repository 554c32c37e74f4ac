// The work of winnow mine: the plan of a dry run, or the rows.
import type { MineOptions } from '../../mining/options.ts'
import type { ShellOptions, Work } from '../../terminal/command.ts'
import { ERRORS, print } from '../../terminal/door.ts'
import { printReport, withShell } from '../../terminal/shell.ts'
import type { MineManifest } from './manifest.ts'
import { mine, planMine } from './mine.ts'
import { planLines, summaryLines } from './page.ts'

export const work: Work = async ([input = ''], given, shell) => {
  const options = given as MineOptions
  if (given['dryRun'] === true) {
    const plan = await withShell(shell, (hooks) => planMine(input, options, hooks))
    await printReport(shell, plan, () => planLines(plan))
  } else {
    const manifest = await withShell(shell, (hooks, { say }) =>
      mine(input, options, { ...hooks, onPlan: (plan) => say(planLines(plan).join('\n')) }),
    )
    await printManifest(manifest, given['out'] === '-', shell)
  }
  return 0
}

function printManifest(manifest: MineManifest, isTaken: boolean, shell: ShellOptions): Promise<void> {
  if (shell.json && isTaken) print('note: --json is ignored because the rows go to standard output', ERRORS)
  return printReport(shell, manifest, () => summaryLines(manifest), { isTaken, stream: ERRORS })
}

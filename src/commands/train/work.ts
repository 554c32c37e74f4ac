// Runs winnow train from the command line.
import { trainEncoder } from '../../train/train.ts'
import type { Work } from '../../terminal/command.ts'
import { ERRORS } from '../../terminal/door.ts'
import { terminal } from '../../terminal/page.ts'
import { printReport, withShell } from '../../terminal/shell.ts'
import { StepLine } from '../../terminal/training-line.ts'
import { epochLine, trainPage } from './page.ts'

export const work: Work = async ([rows = ''], options, shell) => {
  const steps = new StepLine()
  const manifest = await withShell(shell, (hooks, { line }) =>
    trainEncoder(rows, options, {
      ...hooks,
      onStep: (progress) => {
        steps.add(progress)
        line?.show(() => steps.textOf(progress))
      },
      onEpoch: (epoch) => line?.note(epochLine(epoch)),
    }),
  )
  await printReport(shell, manifest, () => trainPage(manifest, terminal()), { stream: ERRORS })
  return 0
}

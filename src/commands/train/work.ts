// Runs winnow train from the command line.
import type { Shell } from '../../terminal/shell.ts'
import type { Work } from '../../terminal/command.ts'
import { ERRORS } from '../../terminal/door.ts'
import { terminal, type PageStyle } from '../../terminal/page.ts'
import { printReport, withShell } from '../../terminal/shell.ts'
import { StepLine } from '../../terminal/training-line.ts'
import type { Hooks } from '../../base/hooks.ts'
import type { TrainInput } from '../../train/input.ts'
import type { TrainManifest } from '../../train/manifest.ts'
import type { TrainHooks } from '../../train/prepare.ts'
import type { TorchManifest } from '../../train/torch/manifest.ts'
import { trainEncoder } from '../../train/train.ts'
import { epochLine, torchPage, trainPage } from './page.ts'

export const work: Work = async ([rows = ''], options, shell) => {
  const hint = options['engine'] === 'torch' ? GOES_ON : undefined
  const train = (hooks: Hooks, { line }: Shell) => trainEncoder(rows, options as TrainInput, shownOn(line, hooks))
  const manifest = await withShell(shell, train, hint)
  await printReport(shell, manifest, () => pageOf(manifest, terminal()), { stream: ERRORS })
  return 0
}

const GOES_ON = { hint: 'Run the same command again to resume from the last checkpoint.' }

const pageOf = (manifest: TrainManifest | TorchManifest, style: PageStyle) =>
  'engine' in manifest ? torchPage(manifest, style) : trainPage(manifest, style)

/** Adds what shows steps and epochs to the hooks of a command. */
function shownOn(line: Shell['line'], hooks: Hooks): TrainHooks {
  const steps = new StepLine()
  return {
    ...hooks,
    onStep: (progress) => {
      steps.add(progress)
      line?.show(() => steps.textOf(progress), false, { done: progress.step, total: progress.steps })
    },
    onEpoch: (epoch) => line?.note(epochLine(epoch)),
  }
}

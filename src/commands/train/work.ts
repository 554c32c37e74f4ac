// Runs winnow train from the command line.
import type { Shell } from '../../terminal/shell.ts'
import type { Work } from '../../terminal/command.ts'
import { ERRORS } from '../../terminal/door.ts'
import { terminal } from '../../terminal/page.ts'
import { printReport, withShell } from '../../terminal/shell.ts'
import { StepLine } from '../../terminal/training-line.ts'
import type { Hooks } from '../../base/hooks.ts'
import type { TrainHooks } from '../../train/prepare.ts'
import { trainEncoder } from '../../train/train.ts'
import { epochLine, torchPage, trainPage } from './page.ts'

export const work: Work = async ([rows = ''], options, shell) => {
  const isTorch = options['engine'] === 'torch'
  const [manifest, page] = isTorch ? await withTorch(rows, options, shell) : await withStatic(rows, options, shell)
  await printReport(shell, manifest, () => page(terminal()), { stream: ERRORS })
  return 0
}

type Arguments = [rows: string, options: Record<string, unknown>, shell: Parameters<Work>[2]]
type Page = (style: ReturnType<typeof terminal>) => string[]

async function withStatic(...[rows, options, shell]: Arguments): Promise<[unknown, Page]> {
  const manifest = await withShell(shell, (hooks, { line }) => trainEncoder(rows, options, shownOn(line, hooks)))
  return [manifest, (style) => trainPage(manifest, style)]
}

async function withTorch(...[rows, options, shell]: Arguments): Promise<[unknown, Page]> {
  const { trainWithTorch } = await import('../../train/torch/train.ts')
  const train = (hooks: Hooks, { line }: Shell) => trainWithTorch(rows, options, shownOn(line, hooks))
  const manifest = await withShell(shell, train, GOES_ON)
  return [manifest, (style) => torchPage(manifest, style)]
}

const GOES_ON = 'Run the same command again to resume from the last checkpoint.'

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

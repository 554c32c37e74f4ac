// What compare and prune show while they train one encoder after another.
import type { CompareHooks } from '../laboratory/hooks.ts'
import type { ShellOptions } from './command.ts'
import { counted, duration, percent } from '../base/format.ts'
import { onInterrupt } from './interrupt.ts'
import { TrainLine } from './train-line.ts'

type TrainingHooks = Omit<CompareHooks, 'onPlan'>

/**
 * Works with a progress line and Ctrl-C handled.
 * @param work gets, besides the hooks, what shows a plan before it is carried out
 */
export async function withTrainings<T>(
  shell: ShellOptions,
  work: (hooks: TrainingHooks, showPlan: (lines: readonly string[]) => void) => Promise<T>,
): Promise<T> {
  const line = shell.quiet ? undefined : new TrainLine()
  const notice = (sentence: string) => line?.note(`note: ${sentence}`) ?? process.stderr.write(`note: ${sentence}\n`)
  const interrupt = onInterrupt(notice)
  const hooks: TrainingHooks = {
    signal: interrupt.signal,
    onNotice: notice,
    onProgress: ({ what, done, total }) =>
      line?.show(() => `${what}: ${counted(done)}${total > 0 ? ` of ${counted(total)}` : ''}`),
    onTraining: ({ arm, seed, done, total, share, secondsLeft }) =>
      line?.show(() =>
        [
          `training ${done + 1}/${total}`,
          `${arm}, seed ${seed}`,
          percent(share, 0),
          ...(secondsLeft === undefined ? [] : [`${duration(secondsLeft)} left`]),
        ].join(' · '),
      ),
  }
  try {
    return await work(hooks, (lines) => lines.forEach((sentence) => line?.note(sentence)))
  } finally {
    line?.done()
    interrupt.release()
  }
}

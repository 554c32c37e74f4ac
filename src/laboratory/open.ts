// Opens the files of rows of an experiment. Each is closed where it was opened, even after an error.
import type { Hooks } from '../base/hooks.ts'
import { openInput, type Input } from '../rows/input.ts'
import { everyFault } from './every-fault.ts'

interface RowReading {
  format: string | undefined
  /** Whether rows without negatives are bad rows. */
  needsNegatives?: boolean
}

/** Runs `work` with opened files of rows. @throws UsageError with the faults of every file at once */
export async function withRows<T>(
  paths: readonly string[],
  { format, needsNegatives = false }: RowReading,
  hooks: Hooks,
  work: (inputs: Input[]) => Promise<T>,
): Promise<T> {
  const inputs: Input[] = []
  try {
    await everyFault(paths, async (path) => void inputs.push(await openInput(path, format, hooks, !needsNegatives)))
    return await work(inputs)
  } finally {
    for (const input of inputs) await input.close()
  }
}

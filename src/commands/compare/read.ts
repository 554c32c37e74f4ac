// Reads the files of a comparison: every fault of all of them, and each file as a set over the same texts.
import type { Arm } from '../../laboratory/arm.ts'
import { everyFault } from '../../laboratory/every-fault.ts'
import type { CompareHooks } from '../../laboratory/hooks.ts'
import type { ExperimentValues } from '../../laboratory/options.ts'
import { changesBetween, holdSame, type Changes } from '../../laboratory/row-changes.ts'
import type { Input } from '../../rows/input.ts'
import type { Row } from '../../rows/row.ts'
import { scan } from '../../rows/scan.ts'
import { readSet, UNDONE } from '../../train/reading.ts'
import type { Texts } from '../../train/texts.ts'
import { TrainingSet } from '../../train/training-set.ts'

/** A file, or a random control of one. */
export interface ComparedArm extends Arm {
  /** For a control, the name of the arm that it belongs to. */
  of?: string
  path?: string
  /** Undefined for the baseline. */
  changes: Changes | undefined
  /** Rows of the file that cannot be learned from. */
  skipped: number
}

/** Runs the first pass. @param show receives every row @returns the hashes of the files */
export async function scanFiles(
  inputs: readonly Input[],
  { onBadRow }: Pick<ExperimentValues, 'onBadRow'>,
  show: ((row: Row) => void) | undefined,
  hooks: CompareHooks,
): Promise<string[]> {
  const hashes: string[] = []
  let read = 0
  const onRow = (row: Row) => {
    hooks.onProgress?.({ what: 'reading rows', done: ++read, total: 0 })
    show?.(row)
  }
  await everyFault(inputs, async (input) => {
    const { hash } = await scan(input, { onBadRow, undone: UNDONE, onRow }, hooks.signal)
    hashes.push(hash)
  })
  return hashes
}

export interface ArmRows {
  arms: ComparedArm[]
  /** Arms that hold the same rows as an earlier arm, with its name; there is nothing to compare. */
  identical: ReadonlyMap<string, string>
}

interface Files {
  inputs: readonly Input[]
  names: readonly string[]
  hashes: readonly string[]
}

/** Runs the second pass: texts by number, and the changes of each file. */
export async function readArms({ inputs, names, hashes }: Files, texts: Texts, hooks: CompareHooks): Promise<ArmRows> {
  const sets: TrainingSet[] = []
  for (const input of inputs) sets.push(await readSet(input, new TrainingSet(texts), hooks))
  const base = sets[0] as TrainingSet
  const arms: ComparedArm[] = []
  const identical = new Map<string, string>()
  sets.forEach((set, index) => {
    const name = names[index] as string
    const { withoutPositive, withoutQuery } = set.skipped
    const skipped = withoutPositive + withoutQuery
    if (skipped > 0) hooks.onNotice?.(`${name}: skipping ${skipped} rows without a positive or a query`)
    const same = arms.findIndex((arm, before) => !identical.has(arm.name) && holdSame(sets[before] as TrainingSet, set))
    if (same >= 0) identical.set(name, names[same] as string)
    arms.push({
      name,
      kind: index === 0 ? 'baseline' : 'given',
      path: (inputs[index] as Input).name,
      identity: hashes[index] as string,
      rows: set.size,
      changes: index === 0 ? undefined : changesBetween(base, set),
      skipped,
      setOf: () => set,
    })
  })
  for (const input of inputs) await input.assertUnchanged()
  return { arms, identical }
}

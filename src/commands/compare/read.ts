// Reads the files of a comparison: every fault of all of them, one vocabulary of their union, and each file as a set over the same texts.
import type { Corpus } from '../../collections/collection.ts'
import type { Arm } from '../../laboratory/arm.ts'
import { everyFault } from '../../laboratory/every-fault.ts'
import type { CompareHooks } from '../../laboratory/hooks.ts'
import type { LaboratoryValues } from '../../laboratory/options.ts'
import { changesBetween, holdSame, type Changes } from '../../laboratory/row-changes.ts'
import type { Materials } from '../../laboratory/materials.ts'
import type { Input } from '../../rows/input.ts'
import type { Row } from '../../rows/row.ts'
import { scan } from '../../rows/scan.ts'
import { readPassages, readSet, RowWords, UNDONE } from '../../train/reading.ts'
import type { InitialModel } from '../../train/start/model.ts'
import { needsWords, startOf } from '../../train/start/start.ts'
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

/** Runs the first pass. @returns the hashes of the files, and the initial model */
export async function readStart(
  inputs: readonly Input[],
  values: LaboratoryValues,
  hooks: CompareHooks,
): Promise<{ hashes: string[]; start: InitialModel }> {
  const words = new RowWords()
  const hashes: string[] = []
  let read = 0
  const onRow = (row: Row) => {
    hooks.onProgress?.({ what: 'reading rows', done: ++read, total: 0 })
    if (needsWords(values)) words.add(row)
  }
  await everyFault(inputs, async (input) => {
    const { hash } = await scan(input, { onBadRow: values.onBadRow, undone: UNDONE, onRow }, hooks.signal)
    hashes.push(hash)
  })
  return { hashes, start: await startOf(words.counter, values, hooks) }
}

export interface ArmRows {
  arms: ComparedArm[]
  /** Arms that hold the same rows as an earlier arm, with its name; there is nothing to compare. */
  identical: ReadonlyMap<string, string>
  /** Numbers of the texts of --corpus. */
  pool: Uint32Array | undefined
}

interface Files {
  inputs: readonly Input[]
  names: readonly string[]
  hashes: readonly string[]
}

/** Runs the second pass: texts as tokens, and the changes of each file. */
export async function readArms(
  { inputs, names, hashes }: Files,
  { texts }: Materials,
  corpus: Corpus | undefined,
  hooks: CompareHooks,
): Promise<ArmRows> {
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
  const pool = corpus && (await readPassages(corpus, base, hooks))
  for (const input of inputs) await input.assertUnchanged()
  return { arms, identical, pool }
}

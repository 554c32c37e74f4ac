// The laboratory of compare and prune, for experiments with arms of their own.
import type { Measure } from '../src/evaluate/measures/measure.ts'
import { parseMeasures } from '../src/evaluate/measures/parse.ts'
import { openSets } from '../src/laboratory/evaluation-set.ts'
import type { LaboratoryValues } from '../src/laboratory/options.ts'
import { readCollections } from '../src/laboratory/winnow/collections.ts'
import type { OwnLaboratory } from '../src/laboratory/winnow/conditions.ts'
import type { Materials } from '../src/laboratory/winnow/materials.ts'
import { withLaboratory, withMaterials } from '../src/laboratory/winnow/open.ts'
import { openWorkplace } from '../src/laboratory/workplace.ts'
import type { InitialModel } from '../src/train/start/model.ts'

interface ProgramInput<R> {
  values: LaboratoryValues
  start: InitialModel
  /** For bags of tokens. */
  folder: string
  /** Reads the texts of the rows into the materials. */
  read: (materials: Materials) => R | Promise<R>
}

/** @param work sets the number of steps of each training itself */
export async function inLaboratory<R, T>(
  { values, start, folder, read }: ProgramInput<R>,
  work: (lab: OwnLaboratory, read: R) => Promise<T>,
): Promise<T> {
  const [measure] = parseMeasures(values.measure ?? '') as [Measure]
  const collections = await openSets(values.eval)
  return withMaterials(openWorkplace({ work: folder, identity: [] }), start, values, async (materials) => {
    const rows = await read(materials)
    const sets = await readCollections(collections, materials, {})
    return withLaboratory(materials, { sets, measure, steps: 0 }, (lab) => work(lab, rows))
  })
}

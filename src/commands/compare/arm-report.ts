// The description of each arm in a report, trained or not.
import type { OpenedCollection } from '../../collections/open.ts'
import { countsOf } from '../../laboratory/row-changes.ts'
import type { Unit } from '../../laboratory/unit.ts'
import { meanOf } from '../../statistics/mean.ts'
import type { TrainedArm } from './differences.ts'
import type { ComparedArm, ArmRows } from './read.ts'
import type { ArmReport, CompareReport } from './report.ts'

/** The part of a report that is known only after the files are read. */
export type Findings = Omit<
  CompareReport,
  'winnow' | 'command' | 'options' | 'measure' | 'seeds' | 'started' | 'seconds'
>

const meanOfUnit = ({ values }: Unit) => meanOf(values.map(meanOf))

export function armReport({ arm, units }: TrainedArm): ArmReport {
  const sets = units[0]?.values.length ?? 0
  const parts = units[0]?.losses.length ?? 0
  return {
    ...describeArm(arm),
    epochs: meanOf(units.map(({ epochs }) => epochs)),
    means: Array.from({ length: sets }, (_, index) =>
      meanOf(units.map(({ values }) => meanOf(values[index] as number[]))),
    ),
    mean: meanOf(units.map(meanOfUnit)),
    bySeed: units.map(meanOfUnit),
    losses: Array.from({ length: parts }, (_, part) => meanOf(units.map(({ losses }) => losses[part] as number))),
  }
}

function describeArm({ name, kind, of, path, rows, skipped, changes }: ComparedArm) {
  return {
    name,
    kind,
    ...(of !== undefined && { of }),
    ...(path !== undefined && { path }),
    rows,
    skipped,
    changes: changes ? countsOf(changes) : null,
  }
}

export const identicalArms = ({ arms, identical }: ArmRows): ArmReport[] =>
  arms
    .filter(({ name }) => identical.has(name))
    .map((arm) => ({
      ...describeArm(arm),
      identicalTo: identical.get(arm.name) as string,
      epochs: 0,
      means: [],
      mean: 0,
      bySeed: [],
      losses: [],
    }))

/** Reports that all files hold the same rows, so that nothing is trained. */
export function nothingToCompare(read: ArmRows, collections: readonly OpenedCollection[], steps: number): Findings {
  const [base] = read.arms as [ComparedArm]
  return {
    steps,
    sets: collections.map(({ name, split, queries }) => ({
      name: `${name} ${split}`.trim(),
      queries: queries.length,
      queryIds: queries.map(({ id }) => id),
    })),
    plan: null,
    initial: null,
    arms: [{ ...describeArm(base), epochs: 0, means: [], mean: 0, bySeed: [], losses: [] }, ...identicalArms(read)],
    differences: [],
    movers: [],
    rankings: [],
    documents: {},
  }
}

// The control arms of a comparison: each has as much changed or dropped as a file, but at random.
import { changedAtRandom, droppedAtRandom } from '../../laboratory/controls.ts'
import { countsOf, passagesBetween, passagesChanged } from '../../laboratory/row-changes.ts'
import type { TrainingSet } from '../../train/training-set.ts'
import type { ComparedArm } from './read.ts'
import type { CompareHooks } from '../../laboratory/hooks.ts'

/** Returns controls with as many passages changed, and as many rows dropped, as in an arm. @param seed the first */
export function controlsOf(
  arm: ComparedArm,
  base: ComparedArm,
  seed: number,
  { onNotice }: CompareHooks,
): ComparedArm[] {
  const { changes } = arm
  if (changes === undefined) return []
  const counts = countsOf(changes)
  const control = (
    kind: ComparedArm['kind'],
    what: string,
    rows: number,
    setOf: (seed: number) => TrainingSet,
  ): ComparedArm => ({
    name: `${arm.name}: ${what}`,
    kind,
    of: arm.name,
    identity: `${base.identity} ${arm.identity}`,
    rows,
    changes: undefined,
    skipped: 0,
    setOf,
  })
  const controls: ComparedArm[] = []
  if (passagesChanged(counts) > 0) {
    const setOf = (ofSeed: number) => changedAtRandom(base.setOf(ofSeed), changes, ofSeed)
    controls.push(control('changed-at-random', 'changed at random', base.rows, setOf))
    const [wanted, done] = [passagesChanged(counts), passagesBetween(base.setOf(seed), setOf(seed))]
    if (done < wanted) {
      onNotice?.(
        `${arm.name}: control "changed at random" changes only ${done} of ${wanted} passages: no row may lose its last positive or hold a passage twice`,
      )
    }
  }
  if (counts.dropped > 0 && counts.dropped < base.rows) {
    const setOf = (ofSeed: number) => droppedAtRandom(base.setOf(ofSeed), counts.dropped, ofSeed)
    controls.push(control('dropped-at-random', 'dropped at random', base.rows - counts.dropped, setOf))
  }
  if (counts.added > 0) onNotice?.(`${arm.name}: ${counts.added} new rows have no control`)
  return controls
}

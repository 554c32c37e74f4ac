// The files that a run wrote, and how many changes are in their list.
import { plural } from '../../base/format.ts'
import type { RunSummary, Summary } from '../../method/brought.ts'
import { methodNamed } from '../../methods/index.ts'
import { SCRIPT_USE } from '../../trainers/options.ts'
import type { Manifest } from '../manifest.ts'

/** What a method says of its run itself; undefined if it cleans. */
export const ownSummary = (manifest: Manifest): Summary | undefined =>
  methodNamed(manifest.method).summarise?.(forMethod(manifest))

function forMethod(manifest: Manifest): RunSummary {
  return { ...manifest, format: manifest.input.format, sections: { ...manifest } }
}

/** Returns the number of changes in the list beside the rows, without mined passages. */
export function changesIn(manifest: Manifest): number {
  const { relabelled, removed } = manifest.passages
  const moved = [relabelled, removed].flatMap((counts) => Object.values(counts))
  return moved.reduce((sum, count) => sum + count, 0) + (ownSummary(manifest)?.changes ?? 0)
}

/** Returns the files that a run wrote, each with what it holds. */
export function filesOf(manifest: Manifest): [path: string, what: string][] {
  const { method, outputs, rows, input } = manifest
  const { lists = [] } = methodNamed(method)
  const undecided = Object.values(rows.undecidedReasons).reduce((sum, count) => sum + count, 0)
  return [
    [outputs.rows === '-' ? 'standard output' : outputs.rows, 'rows'],
    [outputs['changes'] ?? '', `${plural(changesIn(manifest), 'change')}, each with its reason`],
    ...lists.map(({ name, holds }): [string, string] => [outputs[name] ?? '', holds]),
    ...(rows.outcomes.dropped > 0 ? [[outputs['dropped'] ?? '', 'dropped rows, in full'] as [string, string]] : []),
    ...(undecided + rows.unreadPassages > 0
      ? [[outputs['undecided'] ?? '', 'unreadable replies, with the reason'] as [string, string]]
      : []),
    ...(rows.suspectPositives > 0 ? [[outputs['suspects'] ?? '', 'positives to review'] as [string, string]] : []),
    ...(input.badRows > 0 ? [[outputs['bad'] ?? '', 'bad rows'] as [string, string]] : []),
    ...(outputs['evidence']
      ? [[outputs['evidence'], 'evidence; apply another policy to it with winnow apply --evidence'] as [string, string]]
      : []),
    ...(outputs['script'] ? [[outputs['script'], SCRIPT_USE] as [string, string]] : []),
    ...(outputs['html'] ? [[outputs['html'], 'page for a browser'] as [string, string]] : []),
    [outputs.manifest, 'settings, counts and cost; rerun with --recipe'],
  ]
}

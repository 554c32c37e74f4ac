// At which place of its call each judged passage was shown: a judge that goes by the place shows it in its verdicts.
import type { Evidence } from '../../evidence/evidence.ts'
import type { ShownVerdict } from '../../method/definition.ts'

/**
 * Returns the verdicts with their places. Evidence is in the order of showing; every call but the last of a row is full.
 * @param oneByOne names of the prompts that show a passage by itself, at no place
 */
export function placesIn(
  evidence: readonly Evidence[],
  maxPassages: number,
  oneByOne: ReadonlySet<string>,
): ShownVerdict[] {
  const shown = new Map<string, number>()
  return evidence.flatMap((item): ShownVerdict[] => {
    if (item.kind !== 'verdict' || oneByOne.has(item.prompt)) return []
    const showing = `${item.stage} ${item.order ?? 1}`
    const before = shown.get(showing) ?? 0
    shown.set(showing, before + 1)
    return [{ stage: item.stage, position: (before % maxPassages) + 1, verdict: item.verdict }]
  })
}

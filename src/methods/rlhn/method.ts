// RLHN: relabelling hard negatives with a cascade of two models (arXiv 2505.16967, section 3).
//   1. The screen, a cheap model, judges all hard negatives of a row in one call.
//   2. A row goes on when the screen finds any of them relevant, better or worse than the ground truth.
//      With a promised recall, a gate that was measured against the judge decides instead (cascade.ts).
//   3. The judge, a strong model, judges the whole row afresh. Its verdicts are the ones that count.
//   4. What it calls better, it is asked about again in another order (confirm.ts; not in the paper).
import { unitHash } from '../../base/hash.ts'
import { labelled, type Passage, type Row } from '../../rows/row.ts'
import type { Evidence, Unjudged } from '../../evidence/evidence.ts'
import type { Method } from '../../method/method.ts'
import { heldBack, scoresFor } from './cascade.ts'
import { confirmAll } from './confirm.ts'
import { judgeAll } from './judge.ts'
import type { RlhnSettings } from './settings.ts'

export function rlhn(settings: RlhnSettings): Method {
  return async (row, ask) => {
    const task = settings.taskOf(row)
    if (task.exempt.includes('rlhn')) return [{ kind: 'exempt', reason: `the task ${task.name} is exempt from rlhn` }]

    const documents = labelled(row, 'negative')
    const parts = partsShown(row, documents, settings)
    const evidence: Evidence[] = unjudged(documents, parts)
    const { cascade } = settings
    if (cascade?.scorer !== undefined) evidence.push(...(await scoresFor(row, task, cascade.scorer, ask)))
    for (const stage of settings.stages) {
      const held = stage.stage === 'judge' ? cascade?.gate(row, evidence) : undefined
      if (held !== undefined) return [...evidence, ...heldBack(parts.flat(), stage.stage, held)]
      const judged = { row, task, stage, settings, ask }
      const found = await judgeAll(judged, parts)
      evidence.push(...found)
      if (stage === settings.stages.at(-1)) evidence.push(...(await confirmAll(judged, parts, found)))
      if (!cascade && !goesOn(found) && !(isCleared(found) && isSpotChecked(row, settings))) break
    }
    return evidence
  }
}

/** Step 2: any document found relevant sends the row on. */
function goesOn(found: Evidence[]): boolean {
  return found.some((item) => item.kind === 'verdict' && item.verdict !== 'irrelevant')
}

function isCleared(found: Evidence[]): boolean {
  return found.every((item) => item.kind === 'verdict' && item.verdict === 'irrelevant')
}

function isSpotChecked(row: Row, { spotCheck, spotCheckSeed }: RlhnSettings): boolean {
  return spotCheck > 0 && unitHash(`spot-check ${spotCheckSeed} ${row.id}`) < spotCheck
}

/** The first ones of the row are judged, whatever their order within a call. */
function partsShown(row: Row, documents: Passage[], settings: RlhnSettings): Passage[][] {
  if (settings.cutsShuffled) return partsOf(inOrder(row, documents, settings.shuffleSeed), settings)
  return partsOf(documents, settings).map((part) => inOrder(row, part, settings.shuffleSeed))
}

function inOrder(row: Row, documents: Passage[], seed: number | undefined): Passage[] {
  if (seed === undefined) return documents
  const drawn = new Map(documents.map(({ id }) => [id, unitHash(`shuffle ${seed} ${row.id} ${id}`)]))
  return documents.toSorted((a, b) => (drawn.get(a.id) ?? 0) - (drawn.get(b.id) ?? 0))
}

/** Splits the documents into the calls of a stage. */
function partsOf(documents: Passage[], { maxPassages, judgeBeyond }: RlhnSettings): Passage[][] {
  const parts: Passage[][] = []
  for (let start = 0; start < documents.length; start += maxPassages) {
    parts.push(documents.slice(start, start + maxPassages))
    if (!judgeBeyond) break
  }
  return parts
}

function unjudged(documents: Passage[], parts: Passage[][]): Unjudged[] {
  const shown = new Set(parts.flat())
  return documents
    .filter((document) => !shown.has(document))
    .map(({ id }) => ({ kind: 'unjudged', passage: id, reason: `beyond the first ${shown.size} negatives` }))
}

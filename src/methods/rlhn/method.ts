// RLHN: relabelling hard negatives with a cascade of two models (arXiv 2505.16967, section 3).
//   1. The screen, a cheap model, judges all hard negatives of a row in one call.
//   2. A row goes on when the screen finds any of them relevant, better or worse than the ground truth.
//      With a promised recall, a gate that was measured against the judge decides instead (cascade.ts).
//   3. The judge, a strong model, judges the whole row afresh. Its verdicts are the ones that count.
import { unitHash } from '../../base/hash.ts'
import type { Ask, ChatRequest } from '../../llm/chat.ts'
import { askUntilRead } from '../../llm/read.ts'
import { labelled, type Passage, type Row } from '../../rows/row.ts'
import type { Task } from '../../tasks/task.ts'
import type { Evidence, Unjudged } from '../../evidence/evidence.ts'
import type { Method } from '../method.ts'
import { splitting } from '../../llm/split.ts'
import { heldBack, scoresFor } from './cascade.ts'
import { judgeOneByOne } from './one-by-one.ts'
import { readReasoned } from './reasoned.ts'
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
      const found = await judgeAll(row, task, parts, stage, settings, ask)
      evidence.push(...found)
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

type Stage = RlhnSettings['stages'][number]

async function judgeAll(
  row: Row,
  task: Task,
  parts: Passage[][],
  stage: Stage,
  settings: RlhnSettings,
  ask: Ask,
): Promise<Evidence[]> {
  const judge = (documents: Passage[], part: string) => judgePart(row, task, documents, part, stage, settings, ask)
  if (stage.prompt.isOneByOne) return judgeOneByOne({ row, task, stage, settings, ask }, parts.flat())
  const tooLong = (documents: Passage[], { message }: Error) => [
    unread(stage, documents, 'too-long', message, undefined),
  ]
  const found = await Promise.all(parts.map((part, index) => splitting(part, String(index + 1), judge, tooLong)))
  return found.flat()
}

/** Makes one call; its reply, once read, becomes one verdict per document. */
async function judgePart(
  row: Row,
  task: Task,
  documents: Passage[],
  part: string,
  stage: Stage,
  settings: RlhnSettings,
  ask: Ask,
): Promise<Evidence[]> {
  const prompt = stage.prompt.version.name
  const request: ChatRequest = {
    model: stage.model,
    messages: stage.prompt.render(task, row, documents),
    temperature: settings.temperature,
    maxTokens: settings.maxTokens,
    sample: 0,
    source: { method: 'rlhn', stage: stage.stage, prompt, row: row.id, query: row.query, part, attempt: 1 },
  }
  const read = (text: string) => readReasoned(text, documents, stage.prompt.form)
  const reading = await askUntilRead(ask, request, read, { rule: stage.prompt.rule })
  if (!reading.read) return [unread(stage, documents, reading.why, reading.detail, reading.raw)]

  const { better, worse, reasonFor, isStrictlyBetter } = reading.value
  return documents.map(({ id }, index) => {
    const document = index + 1
    const verdictIs = (verdict: string) =>
      ({ kind: 'verdict', passage: id, stage: stage.stage, model: stage.model, prompt, verdict }) as const
    if (!better.includes(document) && !worse.includes(document)) return verdictIs('irrelevant')
    const verdict = better.includes(document) ? 'better' : 'worse'
    const reason = reasonFor(document)
    // The screen's `better` is strict by definition; the judge's only if it says so.
    const strict = verdict === 'better' && (isStrictlyBetter(document) ?? (stage.stage === 'screen' || undefined))
    return { ...verdictIs(verdict), ...(reason !== undefined && { reason }), ...(strict !== undefined && { strict }) }
  })
}

function unread(
  { stage, model }: Stage,
  documents: Passage[],
  why: string,
  detail: string,
  raw: string | undefined,
): Evidence {
  return { kind: 'unread', stage, model, passages: documents.map(({ id }) => id), why, detail, raw }
}

// Finds the queries that moved most between two arms, and the changed training rows nearest to them.
import { contentOf, type Row } from '../../rows/row.ts'
import { contentsOf } from '../../collections/collection.ts'
import { codeOf } from '../../base/hash.ts'
import { readRows, type RowFile } from '../../rows/read.ts'
import { KINDS } from '../../laboratory/change-kinds.ts'
import type { RowChange } from '../../laboratory/change-list.ts'
import type { Changes } from '../../laboratory/row-changes.ts'
import { textOf, type TrainingSet } from '../../train/training-set.ts'
import type { Texts } from '../../train/texts.ts'
import { meansOver } from '../../statistics/crossed.ts'
import type { TrainedArm } from './differences.ts'
import type { EvaluationSet } from '../../laboratory/evaluation-set.ts'
import type { Mover, NearRow } from './report.ts'
import type { Laboratory } from '../../laboratory/laboratory.ts'

/** Queries shown per arm, rising and falling ones together, and rows shown per query. */
const [SHOWN, NEAR] = [10, 3]
/** Characters of a passage that are shown. */
const BEGINNING = 160

interface QueryMove {
  set: EvaluationSet
  query: number
  before: number
  after: number
}

/** @param files the baseline's and the arm's, for the texts of rows */
export async function moversOf(
  lab: Laboratory,
  [baseline, trained]: [TrainedArm, TrainedArm],
  files: readonly [RowFile, RowFile],
  seed: number,
): Promise<Mover[]> {
  const moved = lab.sets.flatMap((set, index) => movedIn(set, meansOf(baseline, index), meansOf(trained, index)))
  const most = moved
    .toSorted((one, other) => Math.abs(other.after - other.before) - Math.abs(one.after - one.before))
    .slice(0, SHOWN)
  const { changes } = trained.arm
  if (changes === undefined) return []
  const sets: [TrainingSet, TrainingSet] = [baseline.arm.setOf(seed), trained.arm.setOf(seed)]
  const near = await nearestRows(lab, most, changes, sets, seed)
  const shown = await describe(near.flat(), changes, sets[0], files, lab.texts)
  return most.map(({ set, query, before, after }, index) => ({
    set: set.name,
    ...(set.queries[query] as { id: string; text: string }),
    before,
    after,
    rows: (near[index] as Neighbour[]).flatMap(({ place, shares }) => {
      const row = shown.get(place)
      return row === undefined ? [] : [{ ...row, shares }]
    }),
  }))
}

const meansOf = ({ units }: TrainedArm, set: number) => meansOver(units.map(({ values }) => values[set] as number[]))

function movedIn(set: EvaluationSet, before: number[], after: number[]): QueryMove[] {
  return before
    .map((value, query) => ({ set, query, before: value, after: after[query] as number }))
    .filter((each) => each.after !== each.before)
}

/** A changed row near a query. `place` is its position among the changed rows, followed by the dropped ones. */
interface Neighbour {
  place: number
  shares: NearRow['shares']
}

/** Returns first the rows that share a relevant document, then those with the most similar queries. */
async function nearestRows(
  { trainer, texts }: Laboratory,
  moved: QueryMove[],
  changes: Changes,
  sets: [TrainingSet, TrainingSet],
  seed: number,
): Promise<Neighbour[][]> {
  const rows = [...Array.from(changes.rows, ({ row }) => row), ...changes.dropped]
  if (rows.length === 0) return moved.map(() => [])
  const relevant = moved.map((move) => relevantCodes(move, texts))
  const holders = rowsByPassage(new Set(relevant.flat()), rows, changes, sets, texts)
  const queries = Uint32Array.from(rows, (row) => sets[0].queryOf(row))
  const asked = moved.map(({ set, query }) => set.queries[query]?.text ?? '')
  const alike = await trainer.alike(asked, queries, NEAR, seed)
  return moved.map((_, index) => {
    const sharing = (relevant[index] as number[]).flatMap((code) => holders.get(code) ?? [])
    const found = new Map<number, NearRow['shares']>(sharing.map((place) => [place, 'document']))
    for (const place of alike[index] ?? []) if (!found.has(place)) found.set(place, 'words')
    return Array.from(found, ([place, shares]) => ({ place, shares })).slice(0, NEAR)
  })
}

/** Returns 32 bits of the text of each relevant document of a query. */
function relevantCodes({ set, query }: QueryMove, texts: Texts): number[] {
  const judged = [...(set.grades.get(set.queries[query]?.id ?? '') ?? [])].filter(([, grade]) => grade > 0)
  return judged.flatMap(([document]) => {
    const contents = set.relevant.get(document)
    return contents === undefined ? [] : [texts.codeFor(contents, 'passage')]
  })
}

/** Finds the changed rows that hold wanted texts, before or after the change; texts are known by 32 bits. */
function rowsByPassage(
  wanted: ReadonlySet<number>,
  rows: number[],
  { rows: changed }: Changes,
  [base, arm]: [TrainingSet, TrainingSet],
  texts: Texts,
): Map<number, number[]> {
  const holders = new Map<number, number[]>()
  rows.forEach((row, place) => {
    const into = changed.at(place)?.into
    const before = [...base.positivesOf(row), ...base.negativesOf(row)]
    const after = into === undefined ? [] : [...arm.positivesOf(into), ...arm.negativesOf(into)]
    for (const code of new Set([...before, ...after].map((passage) => texts.codeOf(textOf(passage))))) {
      if (!wanted.has(code)) continue
      const list = holders.get(code)
      if (list === undefined) holders.set(code, [place])
      else list.push(place)
    }
  })
  return holders
}

/** Reads the files once more for the texts of a few rows. */
async function describe(
  near: Neighbour[],
  changes: Changes,
  base: TrainingSet,
  [baseFile, armFile]: readonly [RowFile, RowFile],
  texts: Texts,
): Promise<Map<number, Omit<NearRow, 'shares'>>> {
  const places = new Map<string, number>()
  const rowOf = (place: number) =>
    changes.rows.at(place)?.row ?? (changes.dropped[place - changes.rows.length] as number)
  for (const { place } of near) places.set(base.codeOf(rowOf(place)).join(), place)
  const before = await rowsWith(baseFile, places)
  const after = await rowsWith(armFile, new Map([...places].filter(([, place]) => place < changes.rows.length)))
  return new Map(
    Array.from(before, ([place, row]) => {
      const change = changes.rows.at(place)
      const passages = [row, after.get(place)].flatMap((each) => each?.passages ?? [])
      const kinds = change === undefined ? [{ kind: 'dropped', text: '' }] : sayings(change, passages, texts)
      return [place, { id: row.id, query: row.query, changes: kinds }]
    }),
  )
}

function sayings(change: RowChange, passages: Row['passages'], texts: Texts): NearRow['changes'] {
  const contents = new Map(
    passages.map((passage) => [texts.codeFor(contentsOf(passage), 'passage'), contentOf(passage)]),
  )
  const beginning = (passage: number) => (contents.get(texts.codeOf(textOf(passage))) ?? '').slice(0, BEGINNING)
  return KINDS.flatMap((kind) => change[kind].map((passage) => ({ kind, text: beginning(passage) })))
}

async function rowsWith(file: RowFile, places: Map<string, number>): Promise<Map<number, Row>> {
  const found = new Map<number, Row>()
  if (places.size === 0) return found
  for await (const batch of readRows(file)) {
    for (const entry of batch) {
      const place = 'row' in entry ? places.get(Uint32Array.from(codeOf(entry.row.id)).join()) : undefined
      if (place !== undefined && 'row' in entry) found.set(place, entry.row)
    }
    if (found.size === places.size) break
  }
  return found
}

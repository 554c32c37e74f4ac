// Draws a sample of the passages of a run, stratified and reproducible, in two passes over the rows. Memory grows with the sample and the
// number of strata, not with the rows.
import { existsSync } from 'node:fs'
import { UsageError } from '../base/errors.ts'
import { assertFilePlace } from '../base/file-place.ts'
import { sha256, unitHash } from '../base/hash.ts'
import type { Hooks } from '../base/hooks.ts'
import { VERSION } from '../base/version.ts'
import { openRun, type OpenedRun } from '../browse/opened-run.ts'
import { readOptions } from '../options/options.ts'
import { passageOf } from '../rows/row.ts'
import type { Task } from '../tasks/task.ts'
import { allocate, assign } from './allocation.ts'
import { candidatesOf, rowsAt, type Candidate } from './candidates.ts'
import { JudgementFile } from './judgement-file.ts'
import { assessorsIn, SAMPLE_OPTIONS, overlapOf, type SampleInput, type SampleValues } from './options.ts'
import {
  judgementPath,
  readSample,
  samplePath,
  writeSample,
  type Sample,
  type SampleHead,
  type SampleItem,
  type Stratum,
  type StratumName,
} from './sample-file.ts'

/**
 * Draws a sample of the negatives that a run was about, and writes it beside its rows.
 * @param rows the output of a run, or its input
 * @throws UsageError if there is no such run, or judgements of another sample would lose theirs
 */
export async function drawSample(rows: string, given: SampleInput = {}, hooks: Hooks = {}): Promise<Sample> {
  const values = readOptions(SAMPLE_OPTIONS, given)
  if (rows === '-') throw new UsageError('standard input has no run to draw from: give the file that a run wrote')
  const assessors = assessorsIn(values.assessors)
  const path = values.out ?? samplePath(rows)
  await assertFilePlace(path)
  const { ledger, run: id, evidence } = values
  const run = await openRun(rows, { ledger, run: id, evidence })
  try {
    const drawn = await drawnFrom(run, values, hooks)
    const settings = settingsOf(values, assessors, drawn.candidates.length)
    const sample = `s${sha256(JSON.stringify([run.scan.hash, run.stored.id, settings]), 10)}`
    await assertReplaceable(path, sample)
    const items = await itemsOf(run, drawn.candidates, sample)
    const head: Omit<SampleHead, 'audit'> = {
      winnow: VERSION,
      sample,
      rows,
      input: { path: run.input.name, sha256: run.scan.hash },
      ledger: run.store.ledger?.path ?? null,
      run: run.stored.id,
      method: run.stored.method,
      settings,
      strata: drawn.strata,
      population: drawn.strata.reduce((sum, { population }) => sum + population, 0),
    }
    const to = assign(items, settings)
    await writeSample(
      path,
      head,
      items.map((item, index) => ({ ...item, assessors: to[index] as string[] | null })),
    )
    return await readSample(path)
  } finally {
    await run.close()
  }
}

function settingsOf(values: SampleValues, assessors: string[], items: number): SampleHead['settings'] {
  const { n, strata, atLeast, scale, positives, seed } = values
  const overlap = overlapOf(values.overlap, items, assessors.length)
  return { n, strata: [...strata], atLeast, assessors, overlap, scale, positives, seed }
}

/** @throws UsageError if people have judged another sample in this place */
async function assertReplaceable(path: string, sample: string): Promise<void> {
  if (!existsSync(path)) return
  const there = (await readSample(path)).head.sample
  const judged = new JudgementFile(judgementPath(path)).standing.all().filter((each) => each.sample === there)
  if (there === sample || judged.length === 0) return
  throw new UsageError(`${path} holds another sample, and people have judged ${judged.length} of its passages`, {
    hint: 'Keep it, and write the new one elsewhere: --out OTHER.audit.jsonl.',
  })
}

/** A candidate without its text, which the second pass reads again. */
interface Drawn extends Omit<Candidate, 'passage' | 'values'> {
  passage: string
  to: string
  stratum: number
  weight: number
}

/** The candidates of a stratum with the smallest keys so far: a uniform draw, whatever the order of the rows. */
class Draw {
  readonly values: Stratum['values']
  population = 0
  readonly #most: number
  #kept: { key: number; candidate: Omit<Drawn, 'stratum' | 'weight'> }[] = []
  #bound = Infinity

  constructor(values: Stratum['values'], most: number) {
    this.values = values
    this.#most = most
  }

  add(key: number, candidate: () => Omit<Drawn, 'stratum' | 'weight'>): void {
    this.population += 1
    if (key >= this.#bound) return
    this.#kept.push({ key, candidate: candidate() })
    if (this.#kept.length >= 2 * this.#most) this.#cut()
  }

  first(count: number): Omit<Drawn, 'stratum' | 'weight'>[] {
    this.#cut()
    return this.#kept.slice(0, count).map(({ candidate }) => candidate)
  }

  #cut(): void {
    this.#kept = this.#kept.toSorted((one, other) => one.key - other.key).slice(0, this.#most)
    if (this.#kept.length === this.#most) this.#bound = this.#kept.at(-1)?.key ?? Infinity
  }
}

async function drawnFrom(
  run: OpenedRun,
  { n, strata: names, atLeast, positives, seed }: SampleValues,
  { signal, onProgress }: Hooks,
): Promise<{ strata: Stratum[]; candidates: Drawn[] }> {
  const draws = new Map<string, Draw>()
  let rows = 0
  for await (const candidates of candidatesOf(run, { positives, signal })) {
    for (const candidate of candidates) {
      const values = pick(candidate.values, names)
      const key = JSON.stringify(values)
      let draw = draws.get(key)
      if (draw === undefined) draws.set(key, (draw = new Draw(values, n)))
      const {
        passage: { id },
        line,
        row,
        judges,
        found,
      } = candidate
      draw.add(unitHash(`audit ${seed} ${row} ${id}`), () => ({
        line,
        row,
        passage: id,
        to: candidate.values.to,
        judges,
        found,
      }))
    }
    onProgress?.({ what: 'looking at rows', done: ++rows, total: Number.isFinite(run.limit) ? run.limit : 0 })
  }
  if (draws.size === 0) throw new UsageError(`${run.input.name} has no negatives to draw from`)
  const all = [...draws.entries()].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, draw]) => draw)
  const counts = allocate(
    all.map(({ population }) => population),
    n,
    atLeast,
  )
  const strata = all.map(({ values, population }, index) => ({ values, population, items: counts[index] as number }))
  const candidates = all.flatMap((draw, stratum) => {
    const items = counts[stratum] as number
    return draw.first(items).map((each) => ({ ...each, stratum, weight: draw.population / items }))
  })
  return { strata, candidates }
}

const pick = (values: Record<StratumName, string>, names: readonly StratumName[]): Stratum['values'] =>
  Object.fromEntries(names.map((name) => [name, values[name]]))

/** Adds the texts, in an order that says nothing. */
async function itemsOf(run: OpenedRun, drawn: readonly Drawn[], sample: string): Promise<SampleItem[]> {
  const byLine = Map.groupBy(drawn, ({ line }) => line)
  const items: SampleItem[] = []
  for await (const { line, row } of rowsAt(run, new Set(byLine.keys()))) {
    const task = run.deciding.plan.tasks.of(row)
    for (const { passage: id, to, stratum, weight, judges, found } of byLine.get(line) ?? []) {
      const passage = passageOf(row, id)
      if (passage === undefined) continue
      items.push({
        item: sha256(`${sample} ${row.id} ${id}`, 10),
        line,
        row: row.id,
        passage: id,
        label: passage.label,
        to,
        dataset: row.dataset ?? null,
        task: { name: task.name, query: task.query, definition: definitionOf(task) },
        query: row.query,
        title: passage.title ?? null,
        text: passage.text,
        stratum,
        weight,
        assessors: null,
        judges,
        found,
      })
    }
  }
  return items.toSorted((one, other) => (one.item < other.item ? -1 : 1))
}

const definitionOf = ({ relevant, nearMiss }: Task) => `Relevant: ${relevant} Not relevant: ${nearMiss}`

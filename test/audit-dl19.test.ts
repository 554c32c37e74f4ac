// An audit of TREC DL 2019 through its own files: NIST's assessors and GPT-4o as two people who judged everything, with known kappas.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { reportOf } from '../src/audit/reported.ts'
import { judgementPath, writeSample, type SampleItem } from '../src/audit/sample-file.ts'
import { VERSION } from '../src/base/version.ts'
import type { AuditLine } from '../src/rows/audit-lines.ts'
import { dataPath, describeWithData } from './support/data.ts'
import { tempDir } from './support/files.ts'

const SAMPLE = 'sdl19'
const RELEVANT_FROM = 2
const FILES = { nist: 'qrels.human.txt', 'gpt-4o': 'labels.gpt-4o.txt' }

interface Label {
  row: string
  passage: string
  grade: number
}

const labelsIn = (file: string): Label[] =>
  readFileSync(dataPath('dl19', file), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(/\s+/))
    .map(([row = '', , passage = '', grade]) => ({ row, passage, grade: Number(grade) }))

const itemOf = ({ row, passage }: Label) => `${row}-${passage}`

function itemFor(label: Label, at: number): SampleItem {
  const { row, passage } = label
  return {
    item: itemOf(label),
    line: at + 1,
    row,
    passage,
    label: 'negative',
    to: 'negative',
    dataset: 'dl19',
    task: { name: 'web-search', query: 'search query', definition: 'What a person who types it wants to find out.' },
    query: row,
    title: null,
    text: passage,
    stratum: 0,
    weight: 1,
    assessors: null,
    judges: [],
    found: null,
  }
}

const judgementOf = (who: string, { row, passage, grade }: Label): AuditLine => ({
  sample: SAMPLE,
  item: itemOf({ row, passage, grade }),
  row,
  passage,
  who,
  when: '2026-11-29T00:00:00Z',
  grade,
  relevant: grade >= RELEVANT_FROM,
  seconds: 1,
})

async function writeAudit(): Promise<string> {
  const path = join(tempDir(), 'dl19.audit.jsonl')
  const items = labelsIn(FILES.nist).map(itemFor)
  const population = items.length
  await writeSample(
    path,
    {
      winnow: VERSION,
      sample: SAMPLE,
      rows: 'dl19.jsonl',
      input: { path: 'dl19.jsonl', sha256: '' },
      ledger: null,
      run: 'r0',
      method: 'rlhn',
      settings: {
        n: population,
        strata: ['dataset'],
        atLeast: 1,
        assessors: Object.keys(FILES),
        overlap: population,
        scale: 'graded',
        positives: false,
        seed: 1,
      },
      strata: [{ values: { dataset: 'dl19' }, population, items: population }],
      population,
    },
    items,
  )
  const lines = Object.entries(FILES).flatMap(([who, file]) => labelsIn(file).map((label) => judgementOf(who, label)))
  writeFileSync(judgementPath(path), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  return path
}

describeWithData('dl19', 'an audit of TREC DL 2019', () => {
  it('gives the kappa of GPT-4o against NIST: .5244 for relevant or not, .3626 for grades', async () => {
    const notices: string[] = []
    const report = await reportOf(await writeAudit(), {}, { onNotice: (sentence) => notices.push(sentence) })
    const [pair] = report.pairs
    expect(pair).toMatchObject({ assessors: ['nist', 'gpt-4o'], items: 9260 })
    expect(pair?.binary.kappa.value).toBeCloseTo(0.5244, 4)
    expect(pair?.kappaInSample.value).toBeCloseTo(0.5244, 4)
    expect(pair?.graded?.kappa.value).toBeCloseTo(0.3626, 4)
    // Queries differ much: the interval is over rows, not passages.
    const { low, high } = pair?.binary.kappa ?? {}
    expect(Number(low) > 0.35 && Number(low) < 0.45 && Number(high) > 0.58 && Number(high) < 0.66).toBe(true)
    expect(report.between?.binary.fleiss.value).toBeCloseTo(0.522, 2)
    expect(report.assessors.map(({ judged, relevant }) => [judged, relevant])).toEqual([
      [9260, 2501],
      [9260, 1987],
    ])
    expect(notices.join()).toMatch(/in no ledger/)
  })
})

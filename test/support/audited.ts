// A sample made up for tests: rows, judges and weights are chosen, nothing is drawn.
import { join } from 'node:path'
import { Audit } from '../../src/audit/audit.ts'
import { readSample, writeSample, type SampleHead, type SampleItem } from '../../src/audit/sample-file.ts'
import { tempDir } from './files.ts'

export const item = (id: string, given: Partial<SampleItem> = {}): SampleItem => ({
  item: id,
  line: 1,
  row: `row of ${id}`,
  passage: `passage of ${id}`,
  label: 'negative',
  to: 'negative',
  dataset: null,
  task: { name: 'web-search', query: 'search query', definition: 'What the person wants to find out.' },
  query: `query of ${id}`,
  title: null,
  text: `text of ${id}`,
  stratum: 0,
  weight: 1,
  assessors: null,
  judges: [],
  found: null,
  ...given,
})

/** Writes a sample with these items; the population of each stratum is what its items stand for. */
export async function auditOf(
  items: SampleItem[],
  settings: Partial<SampleHead['settings']> = {},
  path = join(tempDir(), 'cleaned.audit.jsonl'),
): Promise<Audit> {
  const strata = [...new Set(items.map(({ stratum }) => stratum))].toSorted().map((stratum) => {
    const those = items.filter((each) => each.stratum === stratum)
    const population = those.reduce((sum, { weight }) => sum + weight, 0)
    return { values: { verdict: String(stratum) }, population, items: those.length }
  })
  await writeSample(
    path,
    {
      winnow: '0',
      sample: 's1',
      rows: 'cleaned.jsonl',
      input: { path: 'train.jsonl', sha256: '' },
      ledger: null,
      run: 'r1',
      method: 'rlhn',
      settings: {
        n: items.length,
        strata: ['verdict'],
        atLeast: 1,
        assessors: ['anna', 'ben'],
        overlap: items.length,
        scale: 'graded',
        positives: false,
        seed: 1,
        ...settings,
      },
      strata,
      population: strata.reduce((sum, { population }) => sum + population, 0),
    },
    items,
  )
  return new Audit(await readSample(path))
}

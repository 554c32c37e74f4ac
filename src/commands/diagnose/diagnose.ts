// Runs winnow diagnose: reads rows and finds what distinguishes their generated negatives from the mined ones, by text, by
// an encoder, and during its training.
import { timesSince } from '../../base/clock.ts'
import { definedIn } from '../../base/defined.ts'
import type { Hooks } from '../../base/hooks.ts'
import { diagnoseBySimilarity, type SimilarityDiagnosis } from './shortcut/by-similarity.ts'
import { CaseStore, type Cases } from './shortcut/case-store.ts'
import { marksOf } from './shortcut/marks.ts'
import { probeByText } from './shortcut/probe.ts'
import { readOptions } from '../../options/options.ts'
import { VERSION } from '../../base/version.ts'
import { openInput } from '../../rows/input.ts'
import { assertPagePlace, writePage } from '../../base/page-file.ts'
import { withoutCredentials } from '../../job/session.ts'
import { groupsOf } from './figures.ts'
import { folderOf, openDiagnosed, temperatureOf, trainingOf, type Training } from './model.ts'
import { DIAGNOSE_OPTIONS, type DiagnoseInput, type DiagnoseValues } from './options.ts'
import { readCases } from './read.ts'
import type { DiagnosedModel, DiagnosisReport } from './report.ts'
import { readTrainingLog } from './training-log.ts'

/**
 * Finds whether the source of negatives, mined or generated, shows in their texts, and whether an encoder uses it.
 * @param rows a path (gzip or not), or `-` for standard input
 * @throws UsageError when something cannot be read or written, or no two rows have negatives of both sources
 */
export async function diagnose(rows: string, given: DiagnoseInput = {}, hooks: Hooks = {}): Promise<DiagnosisReport> {
  const startedMs = Date.now()
  const values = readOptions(DIAGNOSE_OPTIONS, given)
  assertPagePlace(values.html, [rows])
  const input = await openInput(rows, values.format, hooks, true)
  const store = new CaseStore()
  try {
    const folder = values.model === undefined ? undefined : folderOf(values.model)
    const training = (folder === undefined ? undefined : await readTrainingLog(folder)) ?? null
    const trained = folder === undefined ? undefined : trainingOf(folder)
    const { cases, rows: counts, sha256 } = await readCases(input, store, values, hooks)
    const { model, similarity } = await byModel({ cases, sha256, trained }, values, hooks)
    hooks.onProgress?.({ what: 'learning from texts', done: cases.length, total: 0 })
    const text = probeByText(cases, values.seed)
    const report: DiagnosisReport = {
      winnow: VERSION,
      command: 'diagnose',
      options: withoutCredentials(DIAGNOSE_OPTIONS, { rows, ...definedIn(given) }),
      input: { path: input.name, sha256, format: input.format.name },
      rows: counts,
      negatives: negativesOf(cases),
      model,
      groups: groupsOf({ similarity, text, training, sawGenerated: model?.sawGenerated ?? null }),
      similarity,
      text,
      marks: marksOf(cases),
      training,
      ...timesSince(startedMs),
    }
    if (values.html !== undefined) writePage(values.html, await (await import('./html.ts')).diagnosisPage(report))
    return report
  } finally {
    store.close()
    await input.close()
  }
}

function negativesOf(cases: Cases): DiagnosisReport['negatives'] {
  const counts = { mined: 0, generated: 0 }
  for (const { mined, generated } of cases) {
    counts.mined += mined.length
    counts.generated += generated.length
  }
  return counts
}

async function byModel(
  { cases, sha256, trained }: { cases: Cases; sha256: string; trained: Training | undefined },
  { model: spec, temperature: given, ...values }: DiagnoseValues,
  hooks: Hooks,
): Promise<{ model: DiagnosedModel | null; similarity: SimilarityDiagnosis | null }> {
  if (spec === undefined) return { model: null, similarity: null }
  const temperature = temperatureOf(trained, given)
  const trainedOn = trained === undefined ? null : trained.sha256 === sha256 ? 'these' : 'other'
  const encoder = await openDiagnosed(spec, hooks)
  try {
    const settings = { ...values, temperature: temperature.temperature }
    const similarity = await diagnoseBySimilarity(cases, encoder, settings, hooks)
    const { name, dimensions } = encoder
    const sawGenerated = trained?.sawGenerated ?? null
    return { model: { name, dimensions, ...temperature, trainedOn, sawGenerated }, similarity }
  } finally {
    await encoder.close()
  }
}

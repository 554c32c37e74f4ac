// The end of every job: decides and writes its rows, and records in the manifest what was done.
import { decidePhase } from './decide-phase.ts'
import type { Job } from './job.ts'
import { manifestOf, type FinishedJob, type Manifest } from './manifest.ts'
import { writePage } from '../base/page-file.ts'
import { writeManifest } from './manifest-file.ts'
import type { Stages } from './stages/stages.ts'
import type { EvidenceStore } from './stored/store.ts'
import { writeScript } from '../trainers/write.ts'

/** @throws as decidePhase does */
export async function conclude(
  job: Job,
  store: EvidenceStore,
  stages: Stages,
  start: Pick<FinishedJob, 'paths' | 'calls' | 'check' | 'pilot' | 'batch' | 'startedMs'>,
): Promise<Manifest> {
  const decided = await decidePhase(job, store, stages, start.paths, start)
  const { refiller, writing } = stages
  const { rows, script } = start.paths
  const format = (writing.to ?? job.input.format).name
  const { container } = writing
  const written = await writeScript({ ...job.hooks, trainer: job.values.trainer, rows, format, container, script })
  const manifest = manifestOf(job, {
    ...start,
    ...decided,
    ...written,
    refiller,
    spending: await store.spending(job.run.id),
  })
  await writeManifest(manifest)
  const { html } = start.paths
  if (html !== undefined && decided.places !== undefined) {
    const { runPage } = await import('./page/run-page.ts')
    writePage(html, await runPage({ manifest, telling: decided.telling, places: decided.places }))
  }
  return manifest
}

// Writes the manifest of a job, of mining or of anything else that has one, completely or not at all.
import { writeText } from '../base/sink.ts'

export async function writeManifest(manifest: { outputs: { manifest: string } }): Promise<void> {
  await writeText(manifest.outputs.manifest, `${JSON.stringify(manifest, undefined, 2)}\n`)
}

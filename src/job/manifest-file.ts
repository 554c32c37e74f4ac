// Writes the manifest of a job, of mining or of anything else that has one, completely or not at all.
import { rename, writeFile } from 'node:fs/promises'

/** Writes the manifest beside its target and renames it. */
export async function writeManifest(manifest: { outputs: { manifest: string } }): Promise<void> {
  const path = manifest.outputs.manifest
  const temporary = `${path}.part`
  await writeFile(temporary, `${JSON.stringify(manifest, undefined, 2)}\n`)
  await rename(temporary, path)
}

// The location of everything that can be made or fetched again: downloaded models, search indexes, embeddings, results.
import { homedir } from 'node:os'
import { join } from 'node:path'

export type Environment = Record<string, string | undefined>

/** Returns a folder of the cache, which is `~/.cache/winnow` or the folder in WINNOW_CACHE. It may not exist yet. */
export function cacheFolder(
  kind: 'models' | 'datasets' | 'indexes' | 'embeddings' | 'comparisons' | 'encoders' | 'evaluations',
  env: Environment = process.env,
): string {
  return join(env['WINNOW_CACHE'] || join(homedir(), '.cache', 'winnow'), kind)
}

// Which rows a training script can read.
import { containerFor } from '../rows/containers/sink.ts'
import type { ContainerName } from '../rows/containers/names.ts'
import type { FormatName } from '../rows/formats/names.ts'
import { SCRIPT_FORMATS } from './python/rows.ts'

/** Returns why no script is written for rows; undefined if one can read them. */
export function unscriptable(
  path: string,
  format: FormatName,
  container: ContainerName | undefined,
): string | undefined {
  const written = containerFor({ path, container })
  if (SCRIPT_FORMATS.includes(format) && written === 'jsonl' && !path.endsWith('.zst')) return undefined
  const are = written === 'jsonl' ? format : `${format} in ${written}`
  return `no training script beside ${path}: scripts read JSON lines of ${SCRIPT_FORMATS.join(', ')}, and these rows are ${are}; trainers load their own format themselves`
}

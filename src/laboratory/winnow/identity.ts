// The key of a stored training: everything that decides its values, except the arm and the seed.
import { sha256 } from '../../base/hash.ts'
import { VERSION } from '../../base/version.ts'
import { decisive } from '../../options/decides.ts'
import { LABORATORY_OPTIONS } from '../options.ts'
import { developmentHashes, textsHash } from '../text-hashes.ts'
import type { Conditions } from './conditions.ts'
import type { Materials } from './materials.ts'

export function identityOf(
  { start, values, texts }: Materials,
  { sets, measure, steps, pool, development }: Conditions,
): string {
  // Each training has its own seed, and the number of steps is passed separately.
  const { seed: _seed, epochs: _epochs, ...deciding } = decisive(LABORATORY_OPTIONS, values)
  const given = [start.identity, start.dimensions, measure.name, steps]
  const mined = [textsHash(texts, pool), ...developmentHashes(texts, development)]
  return sha256(JSON.stringify([VERSION, deciding, given, mined, sets.map(({ identity }) => identity)]))
}

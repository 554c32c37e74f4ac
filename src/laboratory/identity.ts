// The key of a stored training: everything that decides its values, except the arm and the seed.
import { sha256 } from '../base/hash.ts'
import { VERSION } from '../base/version.ts'
import { decisive } from '../options/decides.ts'
import type { Development } from '../train/development.ts'
import type { Texts } from '../train/texts.ts'
import { LABORATORY_OPTIONS } from './options.ts'
import type { Materials } from './materials.ts'
import type { Conditions } from './unit.ts'

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

/** Hashes the contents of texts, because their numbers depend on what was read before them. */
const textsHash = (texts: Texts, numbers: Uint32Array = new Uint32Array()) =>
  sha256(new Uint8Array(numbers.map((text) => texts.codeOf(text)).buffer))

const developmentHashes = (texts: Texts, development: Development | undefined) =>
  development === undefined
    ? []
    : [
        textsHash(texts, development.queries),
        textsHash(texts, development.pool),
        development.grades.map((grades) =>
          Array.from(grades, ([text, grade]) => [text < 0 ? text : texts.codeOf(text), grade]),
        ),
      ]

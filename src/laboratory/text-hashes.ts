// Hashes of texts by their contents, for the keys of stored trainings: the numbers of texts depend on what was read before them.
import { sha256 } from '../base/hash.ts'
import type { Development } from '../train/development.ts'
import type { Texts } from '../train/texts.ts'

export const textsHash = (texts: Texts, numbers: Uint32Array = new Uint32Array()) =>
  sha256(new Uint8Array(numbers.map((text) => texts.codeOf(text)).buffer))

export const developmentHashes = (texts: Texts, development: Development | undefined) =>
  development === undefined
    ? []
    : [
        textsHash(texts, development.queries),
        textsHash(texts, development.pool),
        development.grades.map((grades) =>
          Array.from(grades, ([text, grade]) => [text < 0 ? text : texts.codeOf(text), grade]),
        ),
      ]

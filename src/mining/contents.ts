// What speaks against a document by its words: none, the query's, or those of a positive.
import { contentsOf, type Document } from '../collections/collection.ts'
import { fold, foldedFinder } from '../likeness/fold.ts'
import { nearDuplicateFinder } from '../likeness/min-hash.ts'
import { formsOf } from '../rows/row.ts'
import type { Reason } from './rules.ts'

type Words = Pick<Document, 'title' | 'text'>

export interface ContentCheck {
  against: Reason | undefined
  /** The folded contents: copies of one document have the same. */
  folded: string
}

/**
 * Looks at documents for one row.
 * @param positives everything that is a positive of the query
 * @param nearDuplicate similarity from which a document is a near-duplicate of one of them; 1 for none
 */
export function contentChecker(
  query: string,
  positives: readonly Words[],
  nearDuplicate: number,
): (document: Words) => ContentCheck {
  const foldedQuery = fold(query)
  const isCopy = foldedFinder([...new Set(positives.flatMap(formsOf))])
  const isNear = nearDuplicate < 1 ? nearDuplicateFinder(positives.map(contentsOf), nearDuplicate) : () => -1
  const against = (document: Words, folded: string): Reason | undefined => {
    if (folded === '') return 'without text'
    const forms = formsOf(document)
    if (forms.some((form) => fold(form) === foldedQuery)) return 'with the text of the query'
    if (forms.some((form) => isCopy(form) !== -1)) return 'copies of a positive'
    return isNear(contentsOf(document)) === -1 ? undefined : 'near-duplicates of a positive'
  }
  return (document) => {
    const folded = fold(contentsOf(document))
    return { against: against(document, folded), folded }
  }
}

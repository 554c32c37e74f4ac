// Reasons to reject a document by its text: it is empty, equals the query, or equals a positive.
import { contentsOf, type Document } from '../collections/collection.ts'
import { fold, foldedFinder } from '../likeness/fold.ts'
import { nearDuplicateFinder } from '../likeness/min-hash.ts'
import { formsOf } from '../rows/row.ts'
import type { Reason } from './rules.ts'

type Words = Pick<Document, 'title' | 'text'>

export interface ContentCheck {
  against: Reason | undefined
  /** The folded contents; copies of a document have the same. */
  folded: string
}

/**
 * Returns a function that checks documents for one row.
 * @param positives all positives of the query
 * @param nearDuplicate similarity from which a document counts as a near-duplicate of a positive; 1 for none
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

// The ids of documents by ordinal. Pages of ids are read on demand and kept, because every query is answered with a thousand of them.
import type { DatabaseSync } from 'node:sqlite'

const BITS = 6
const PAGE = 1 << BITS

/**
 * One string with all ids of a page, and where each ends: about 10 bytes per id besides its letters. Separate strings would take 26 or
 * more.
 */
interface Page {
  text: string
  ends: number[]
}

/** @returns a function that gives the id of an ordinal, which must be in the store */
export function idPages(db: DatabaseSync): (ordinal: number) => string {
  const select = db.prepare('SELECT id FROM ids WHERE ordinal >= ? ORDER BY ordinal LIMIT ?')
  select.setReturnArrays(true)
  const pages: Page[] = []
  const read = (page: number) => pageOf((select.all(page * PAGE, PAGE) as unknown as [string][]).flat())
  return (ordinal) => {
    const { text, ends } = (pages[ordinal >>> BITS] ??= read(ordinal >>> BITS))
    const place = ordinal & (PAGE - 1)
    return text.slice(place === 0 ? 0 : ends[place - 1], ends[place])
  }
}

function pageOf(ids: readonly string[]): Page {
  let end = 0
  return { text: ids.join(''), ends: ids.map((id) => (end += id.length)) }
}

// Which rows of a very long list are in view. Browsers end an element at about 33 million pixels (Firefox at 17), and 680,000 rows are
// longer: the list is then drawn on a shorter sheet, whose pages overlap, so that a small step moves as many pixels as anywhere and a jump
// by the scroll bar reaches every row.

/** The longest sheet that every browser draws. */
const LONGEST = 8_000_000

export interface Sheet {
  /** Height of one row. */
  each: number
  rows: number
  /** Height of the window on the list. */
  view: number
  /** Height of the sheet that is drawn. */
  height: number
}

/** Where the window is: `scroll` on the sheet, `shift` pixels further in the list. */
export interface Spot {
  scroll: number
  shift: number
}

export const sheetOf = (rows: number, each: number, view: number): Sheet => ({
  rows,
  each,
  view,
  height: Math.min(rows * each, LONGEST),
})

const whole = ({ rows, each }: Sheet) => rows * each

/** Returns the spot that shows the list from a distance to its start. */
export function spotAt(top: number, sheet: Sheet): Spot {
  const wanted = Math.max(0, Math.min(top, whole(sheet) - sheet.view))
  if (whole(sheet) <= sheet.height) return { scroll: wanted, shift: 0 }
  const scroll = Math.round((wanted / (whole(sheet) - sheet.view)) * (sheet.height - sheet.view))
  return { scroll, shift: wanted - scroll }
}

/** Returns the spot after the sheet was scrolled from `last`: a short way moves by pixels, a long way by share. */
export function scrolledTo(scroll: number, last: Spot, sheet: Sheet): Spot {
  if (whole(sheet) <= sheet.height) return { scroll, shift: 0 }
  const end = sheet.height - sheet.view
  if (scroll <= 0) return { scroll, shift: 0 }
  if (scroll >= end) return { scroll, shift: whole(sheet) - sheet.height }
  if (Math.abs(scroll - last.scroll) < 2 * sheet.view) {
    const top = Math.max(0, Math.min(scroll + last.shift, whole(sheet) - sheet.view))
    return { scroll, shift: top - scroll }
  }
  return { ...spotAt((scroll / end) * (whole(sheet) - sheet.view), sheet), scroll }
}

/** Returns the first row in view and the one after the last, with some more on both sides. */
export function rowsInView({ scroll, shift }: Spot, { each, rows, view }: Sheet, more = 6): [from: number, to: number] {
  const top = scroll + shift
  return [Math.max(0, Math.floor(top / each) - more), Math.min(rows, Math.ceil((top + view) / each) + more)]
}

// Memory settings for the command's process. A program that uses the library keeps its own settings.
import { setFlagsFromString } from 'node:v8'

/** Sets V8's options that can change at runtime; the nursery's size is in the first line of `bin/winnow.js`. */
export function tuneHeap(): void {
  // A run holds small, short-lived objects, and a heap that grows slowly keeps its memory small over any number of rows.
  setFlagsFromString('--heap-growing-percent=20')
  // The same functions keep rows for long while they wait for replies in phase 1, but only briefly in phase 2. What V8 learns in phase 1
  // about object lifetimes costs a third of the time of phase 2.
  setFlagsFromString('--no-allocation-site-pretenuring')
}

// How the command's process keeps its memory. A program that uses the library keeps its own settings.
import { setFlagsFromString } from 'node:v8'

/** Sets what V8 takes while it runs; the size of its nursery is in the first line of `bin/winnow.js`. */
export function tuneHeap(): void {
  // What a run holds is small and short-lived: a heap that grows slowly keeps its memory small over any number of rows.
  setFlagsFromString('--heap-growing-percent=20')
  // Rows wait long for replies in phase 1 and are gone at once in phase 2, through the same functions. What V8 learns in the
  // first about how long objects live costs a third of the time of the second.
  setFlagsFromString('--no-allocation-site-pretenuring')
}

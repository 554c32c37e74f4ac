// The options of grow: those of the method that writes.
import { runOptions } from '../../job/options.ts'
import { methodNamed } from '../../methods/index.ts'

/** The method that writes negatives. */
export const GROWING_METHOD = methodNamed('causalneg')

export const GROW_OPTIONS = runOptions(GROWING_METHOD)

// Loads the vector library when it is first needed, so that other commands start without it.
import { createRequire } from 'node:module'
import { messageOf, UsageError } from '../../base/errors.ts'

export type Usearch = typeof import('usearch')

let loaded: Usearch | undefined

/**
 * Loads the CommonJS build, which knows where its binaries are; the other one looks in the working directory when run under `node -e`.
 * @throws UsageError if it has no binary for this machine
 */
export function loadUsearch(): Usearch {
  try {
    return (loaded ??= createRequire(import.meta.url)('usearch') as Usearch)
  } catch (error) {
    throw new UsageError(`cannot load usearch, which compares vectors: ${messageOf(error)}`, {
      hint: `Its package has binaries for Linux (glibc), macOS and Windows; this is ${process.platform} ${process.arch}. bm25 works without it.`,
      cause: error,
    })
  }
}

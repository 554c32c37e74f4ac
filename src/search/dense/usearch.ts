// The library that compares vectors, loaded when it is first needed: other commands start without it.
import { createRequire } from 'node:module'
import { messageOf, UsageError } from '../../base/errors.ts'

export type Usearch = typeof import('usearch')

let loaded: Usearch | undefined

/**
 * Its CommonJS build knows where its binaries are; the other one looks for them in the working directory when it runs under `node -e`.
 * @throws UsageError when it has no binary for this machine
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

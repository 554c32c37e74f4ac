// The line by which a script shows that Winnow wrote it and that no one has changed it since.
import { sha256 } from '../base/hash.ts'
import { VERSION } from '../base/version.ts'

const SEAL = /^# written by winnow \S+, sha256 ([0-9a-f]{64})$/m

/** Returns a script with its seal between the header and the rest. */
export function sealed(header: string, body: string): string {
  const unsealed = (digest: string) => `${header}\n# written by winnow ${VERSION}, sha256 ${digest}\n${body}\n`
  return unsealed(sha256(unsealed('')))
}

/** Returns whether a text is a script as Winnow wrote it, in whatever version. */
export function isUnchanged(script: string): boolean {
  const digest = SEAL.exec(script)?.[1]
  return digest !== undefined && sha256(script.replace(digest, '')) === digest
}

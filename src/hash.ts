// Content hashes: the one place that says which algorithm and how many digits.
import { hash } from 'node:crypto'

/** SHA-256 of a text as lower-case hex, cut to `digits` (default all 64). */
export function sha256(text: string | Uint8Array, digits = 64): string {
  return hash('sha256', text, 'hex').slice(0, digits)
}

/** A number in [0, 1) that depends on nothing but `text`: the seed of every draw that must not depend on order or machine. */
export function unitHash(text: string): number {
  return hash('sha256', text, 'buffer').readUIntBE(0, 6) / 2 ** 48
}

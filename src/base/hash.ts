// Content hashes: the only place that defines the algorithm and the number of digits.
import { hash } from 'node:crypto'

/** Returns the SHA-256 of a text as lower-case hex, cut to `digits` (default all 64). */
export function sha256(text: string | Uint8Array, digits = 64): string {
  return hash('sha256', text, 'hex').slice(0, digits)
}

/** Returns a number in [0, 1) that depends only on `text`, for every draw that must not depend on order or machine. */
export function unitHash(text: string): number {
  return hash('sha256', text, 'buffer').readUIntBE(0, 6) / 2 ** 48
}

/**
 * Returns 32 bits that depend only on the given whole numbers (the finaliser of MurmurHash3 after each). Serves the purpose of `unitHash`
 * where it would be called millions of times.
 */
export function mix(...numbers: number[]): number {
  let bits = 0x9e3779b9
  for (const number of numbers) {
    bits = Math.imul(bits ^ number, 0x85ebca6b)
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
    bits = Math.imul(bits ^ (bits >>> 16), 0x27d4eb2f) + 0x165667b1
  }
  bits ^= bits >>> 15
  return bits >>> 0
}

/** Returns 64 bits of a text as two whole numbers for `mix`: FNV-1a over its code units, with two multipliers. Not for identity. */
export function codeOf(text: string): [number, number] {
  let [high, low] = [0x811c9dc5, 0x9747b28c]
  for (let at = 0; at < text.length; at++) {
    high = Math.imul(high ^ text.charCodeAt(at), 0x01000193)
    low = Math.imul(low ^ text.charCodeAt(at), 0x85ebca6b)
  }
  return [high, low]
}

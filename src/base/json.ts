// JSON that keeps the source text of its numbers, so that 64-bit ids and `1.0` are written as they were read.

import { isUtf8 } from 'node:buffer'

declare global {
  interface JSON {
    rawJSON(text: string): unknown
  }
}

export type JsonObject = Record<string, unknown>

/** Parses JSON; every number becomes an opaque value that `JSON.stringify` writes with its source text. */
export function parseLossless(text: string): JsonObject {
  return JSON.parse(text, keepNumbers as never) as JsonObject
}

function keepNumbers(_key: string, value: unknown, context: { source: string }): unknown {
  return typeof value === 'number' ? JSON.rawJSON(context.source) : value
}

/** Returns whether a parsed value is a number or contains one. */
export function holdsNumber(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return typeof value === 'number'
  return Object.values(value).some(holdsNumber)
}

/** Returns the source text of a number parsed by `parseLossless`, or the string itself; undefined for anything else. */
export function textOfScalar(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  if (typeof value === 'object' && value !== null && 'rawJSON' in value) return String(value.rawJSON)
  return undefined
}

/** Returns a number parsed either way; undefined for anything else. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  return isObject(value) && 'rawJSON' in value ? Number(value['rawJSON']) : undefined
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Parses an object; undefined for any other JSON, and for what is none. */
export function objectIn(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Writes a decimal number as one (`1.0`), so that its type is kept; null for what JSON has no number for. */
export function decimal(value: unknown): unknown {
  if (typeof value !== 'number') return value ?? null
  if (!Number.isFinite(value)) return null
  return Number.isInteger(value) && Math.abs(value) < 1e21
    ? JSON.rawJSON(`${Object.is(value, -0) ? '-0' : value}.0`)
    : value
}

/** Writes bytes as text if they are some, else in base64. */
export function bytesInJson(value: Uint8Array): string | { base64: string } {
  const bytes = Buffer.from(value)
  return isUtf8(bytes) ? bytes.toString() : { base64: bytes.toString('base64') }
}

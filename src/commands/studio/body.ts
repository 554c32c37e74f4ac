// Reads the bodies of requests: JSON objects with a few plain fields.
import type { Context } from 'hono'
import { UsageError } from '../../base/errors.ts'
import { objectIn } from '../../base/json.ts'

/** @throws UsageError if the body is no JSON object */
export async function jsonIn(context: Context): Promise<Record<string, unknown>> {
  const body = objectIn(await context.req.text())
  if (body !== undefined) return body
  throw new UsageError('the body is not a JSON object')
}

/** @throws UsageError naming the field, unless its value is a text */
export function textIn(name: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value
  throw new UsageError(`${name} ${JSON.stringify(value) ?? 'is missing'}: allowed: a text`)
}

/** @throws UsageError naming the first value that is none of an option */
export function optionsIn(body: Record<string, unknown>): Record<string, string | number | boolean> {
  for (const [name, value] of Object.entries(body)) {
    if (!['string', 'number', 'boolean'].includes(typeof value)) {
      throw new UsageError(`${name} ${JSON.stringify(value)}: allowed: a text, a number, true, false`)
    }
  }
  return body as Record<string, string | number | boolean>
}

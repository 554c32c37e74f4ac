// Generates the tables of evidence in docs/files.md from the declarations of its kinds.
import type { Field, Fields } from '../src/base/fields.ts'
import { KINDS } from '../src/evidence/evidence.ts'

/** A field of one kind, or a field within one. */
interface Entry {
  path: string
  kind: string
  field: Field
}

/** Returns a table of every kind with its fields, then one of every field with its meaning and, unless it is free text, its values. */
export function evidenceTables(): string[] {
  const kinds = KINDS.map(({ name, doc, fields }) => row([code(name), doc, fieldNames(fields)]))
  const entries = KINDS.flatMap(({ name, fields }) => entriesOf(name, fields))
  const fields = [...Map.groupBy(entries, ({ path }) => path)].map(([path, same]) => fieldRow(path, same))
  return [
    ...head(['kind', 'what it is', 'fields']),
    ...kinds,
    '',
    ...head(['field', 'what it says', 'values']),
    ...fields,
  ]
}

const fieldNames = (fields: Fields) =>
  Object.entries(fields)
    .map(([name, { isOptional }]) => `${code(name)}${isOptional ? '?' : ''}`)
    .join(', ')

function entriesOf(kind: string, fields: Fields, within = ''): Entry[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const path = `${within}${name}`
    return [{ path, kind, field }, ...entriesOf(kind, field.fields, `${path}.`)]
  })
}

/** Returns the row of a field; text that differs between kinds names the kinds it applies to. */
function fieldRow(path: string, entries: Entry[]): string {
  const cell = (say: (field: Field) => string) => {
    const said = [...Map.groupBy(entries, ({ field }) => say(field))]
    if (said.length === 1) return said[0]?.[0] ?? ''
    return said.map(([text, of]) => `${of.map(({ kind }) => code(kind)).join(', ')}: ${text}`).join('; ')
  }
  const values = cell(({ allowed }) => allowed)
  return row([code(path), cell(({ doc }) => doc), values === 'a text' ? '' : values])
}

const code = (text: string) => `\`${text}\``
const row = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
const head = (names: string[]) => [row(names), row(names.map(() => '---'))]

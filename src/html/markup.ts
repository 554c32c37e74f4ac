// Builds markup from values: everything is escaped unless it is markup itself.
import { harmless } from '../base/harmless.ts'

/** Finished markup. */
export interface Markup {
  readonly markup: string
}

export type Content = string | number | Markup | readonly Content[] | undefined

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Escapes a text. White space stays; whatever else browsers refuse or reorder a line by is written out. */
const escaped = (text: string) =>
  harmless(text.replace(/\r\n?/g, '\n').replaceAll('\t', ' ')).replace(/[&<>"']/g, (sign) => ENTITIES[sign] as string)

/** A template whose values are escaped: html`<td>${text}</td>`. */
export function html(parts: TemplateStringsArray, ...values: Content[]): Markup {
  return { markup: parts.map((part, index) => part + (index < values.length ? textOf(values[index]) : '')).join('') }
}

function textOf(value: Content): string {
  if (value === undefined) return ''
  if (typeof value === 'string' || typeof value === 'number') return escaped(String(value))
  return isMarkup(value) ? value.markup : value.map(textOf).join('')
}

const isMarkup = (value: Markup | readonly Content[]): value is Markup => !Array.isArray(value)

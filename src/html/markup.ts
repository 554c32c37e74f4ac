// Markup from values: everything that stands in it is escaped, unless it is markup itself.

/** Markup that is ready. */
export interface Markup {
  readonly markup: string
}

export type Content = string | number | Markup | readonly Content[] | undefined

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

const SPACES = '\t\n\r'

/** Of control characters only white space is left as it is: browsers take few of the others. */
const escaped = (text: string) =>
  text
    .replace(/[&<>"']/g, (sign) => ENTITIES[sign] as string)
    .replace(/\p{Cc}/gu, (sign) => (SPACES.includes(sign) ? sign : '\ufffd'))

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

// Builds markup from values: everything is escaped unless it is markup itself.

/** Finished markup. */
export interface Markup {
  readonly markup: string
}

export type Content = string | number | Markup | readonly Content[] | undefined

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

const SPACES = '\t\n\r'

/** Escapes a text. White space is the only kind of control character kept, because browsers accept few others. */
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

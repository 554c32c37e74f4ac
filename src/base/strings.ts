// Short forms of texts, and texts as other places write them.

/** `max-tokens` → `maxTokens`. */
export const camelCase = (name: string) => name.replace(/-([a-z])/g, (_all, letter: string) => letter.toUpperCase())

/** A text within `most` characters, for a message. */
export const shortened = (text: string, most: number) =>
  text.length > most ? `${text.slice(0, most - 3).toWellFormed()}…` : text

/** What a model said, for a message. */
export const quoted = (text: string) => JSON.stringify(shortened(text, 80))

/** The beginning of a text of a row, for an example. */
export const beginningOf = (text: string, most: number) =>
  text.length <= most ? text : `${text.slice(0, most - 1).toWellFormed()}…`

/** A part of a URL in clear; as it stands where it is no such thing. */
export function urlDecoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

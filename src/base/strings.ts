// Shortened texts, and texts in other notations.

/** `max-tokens` → `maxTokens`. */
export const camelCase = (name: string) => name.replace(/-([a-z])/g, (_all, letter: string) => letter.toUpperCase())

/** Cuts a text to `most` characters, for a message. */
export const shortened = (text: string, most: number) =>
  text.length > most ? `${text.slice(0, most - 3).toWellFormed()}…` : text

/** Quotes a model's text, for a message. */
export const quoted = (text: string) => JSON.stringify(shortened(text, 80))

/** Returns the beginning of a row's text, for an example. */
export const beginningOf = (text: string, most: number) =>
  text.length <= most ? text : `${text.slice(0, most - 1).toWellFormed()}…`

/** Decodes a part of a URL; returns it unchanged if it cannot be decoded. */
export function urlDecoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Quotes a word for a shell, if it needs quotes. */
export const shellWord = (word: string) =>
  /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`

/** Returns an equal text with memory of its own: a part that was cut out of a text, such as a match, keeps all of that text in memory. */
export const ownCopy = (text: string): string => (text.isWellFormed() ? Buffer.from(text).toString() : text)

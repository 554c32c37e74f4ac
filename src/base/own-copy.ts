// Texts that are kept for long.

/** Returns an equal text with memory of its own: a part that was cut out of a text, such as a match, keeps all of that text in memory. */
export const ownCopy = (text: string): string => (text.isWellFormed() ? Buffer.from(text).toString() : text)

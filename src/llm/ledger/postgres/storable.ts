// Texts as PostgreSQL can hold them.

/** Returns a text without lone surrogates and without U+0000, which are replaced. */
export const storable = (text: string): string => text.toWellFormed().replaceAll('\0', '\uFFFD')

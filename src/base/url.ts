// What may be said of a server's address: never its login, nor its query, which may hold a key.

/** For messages about what is no URL: whatever may be a login, with a scheme before it or without, or a query is left out. */
export function withoutLogin(text: string): string {
  const plain = text.includes('://') ? text.replace(/:\/\/.*@/s, '://…@') : text.replace(/^[^@]*:.*@/s, '…@')
  return plain.replace(/\?.*/s, '?…')
}

/** A URL without login, query and closing slashes. */
export function publicUrl(text: string): string {
  const url = new URL(text)
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '')
}

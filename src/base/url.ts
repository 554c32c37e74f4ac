// Makes server addresses safe to show: without credentials, and without the query, which may hold a key.

/** Removes anything that may be credentials or a query from a text that is not a valid URL, for messages. */
export function withoutLogin(text: string): string {
  const plain = text.includes('://') ? text.replace(/:\/\/.*@/s, '://…@') : text.replace(/^[^@]*:.*@/s, '…@')
  return plain.replace(/\?.*/s, '?…')
}

/** Returns a URL without credentials, query and trailing slashes. */
export function publicUrl(text: string): string {
  const url = new URL(text)
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '')
}

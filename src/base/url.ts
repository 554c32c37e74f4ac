// Makes server addresses safe to show: without credentials, and without the query, which may hold a key.

/** Removes anything that may be credentials or a query from a text that is not a valid URL, for messages. */
export function withoutLogin(text: string): string {
  // Rows on the hub have a revision after the @.
  if (/^hf:\/\/datasets\/[^@?]*@[^@?]*$/.test(text)) return text
  const plain = text.includes('://') ? text.replace(/:\/\/.*@/s, '://…@') : text.replace(/^[^@]*:.*@/s, '…@')
  return plain.replace(/\?.*/s, '?…')
}

/** Returns a message in which command-line arguments that may hold credentials stand without them. */
export function withoutLogins(message: string, args: readonly string[]): string {
  return args
    .flatMap((arg) => [arg, arg.slice(arg.indexOf('=') + 1)])
    .filter((part) => part.includes('@') || part.includes('://'))
    .reduce((masked, part) => masked.replaceAll(part, () => withoutLogin(part)), message)
}

/** Returns the address of a database without credentials and settings; nothing of it if it cannot be read. */
export function shownAddress(text: string): string {
  return URL.canParse(text) ? publicUrl(text) : text.replace(/:\/\/.*/s, '://…')
}

/** Returns a URL without credentials, query and trailing slashes. */
export function publicUrl(text: string): string {
  const { protocol, host, pathname } = new URL(text)
  return `${protocol}//${host}${pathname}`.replace(/\/+$/, '')
}

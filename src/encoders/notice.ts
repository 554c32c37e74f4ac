// Texts of the notices about models.

/** Reports how many texts were cut. @param what in the singular: `text` */
export function cutNotice(name: string, count: number, what: string, limit: string): string {
  const were = count === 1 ? `${what} was` : `${what}s were`
  return `${name}: ${count.toLocaleString('en')} ${were} longer than ${limit} and truncated`
}

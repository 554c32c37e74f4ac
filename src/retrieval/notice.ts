// What a model has to say beside its numbers.

/** Says how many texts were cut. */
export function cutNotice(name: string, count: number, limit: string): string {
  const were = count === 1 ? 'text was' : 'texts were'
  return `${name}: ${count.toLocaleString('en')} ${were} longer ${limit} and read only as far`
}

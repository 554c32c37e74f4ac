// Whether a result is of the model that was asked. Providers answer with dated names, servers with paths.

/** Whether `said`, the model of a result, can be the one that was asked for by `asked`. */
export function isModelOf(said: string, asked: string): boolean {
  const [one, other] = [plain(said), plain(asked)]
  return one === other || startsAs(one, other) || startsAs(other, one)
}

/** Without the account or folder before it, and without a variant such as `:free`. */
const plain = (model: string) => model.toLowerCase().replace(/\/+$/, '').replace(/.*\//, '').replace(/:.*$/, '')

/** `gpt-4o-2024-11-20` is a `gpt-4o`; `gpt-4o-mini` is another model. */
const startsAs = (dated: string, name: string) =>
  dated.startsWith(`${name}-`) && /^(?:\d{4,8}(?:-\d{2})*|latest|preview.*|v?\d+)$/.test(dated.slice(name.length + 1))

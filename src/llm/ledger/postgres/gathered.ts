// Makes one question of many: what is asked in one turn of the event loop, or in a short while, goes to the database together.
import { setTimeout as sleep } from 'node:timers/promises'

const MOST = 1_000

export const nameOf = (key: Buffer): string => key.toString('latin1')

/**
 * Returns a function that answers for one key.
 * @param load returns what there is for each of some keys, by their names
 * @param waitMs how long questions are gathered; 0 for one turn of the event loop
 */
export function gathered<T>(
  load: (keys: Buffer[]) => Promise<ReadonlyMap<string, T>>,
  waitMs = 0,
): (key: Buffer) => Promise<T | undefined> {
  let open: { keys: Map<string, Buffer>; found: Promise<ReadonlyMap<string, T>> } | undefined
  const begin = () => {
    const keys = new Map<string, Buffer>()
    const found = (async () => {
      await (waitMs > 0 ? sleep(waitMs, undefined, { ref: true }) : new Promise((resolve) => setImmediate(resolve)))
      if (open?.keys === keys) open = undefined
      return load([...keys.values()])
    })()
    return { keys, found }
  }
  return async (key) => {
    const name = nameOf(key)
    open ??= begin()
    open.keys.set(name, key)
    const { keys, found } = open
    if (keys.size >= MOST) open = undefined
    return (await found).get(name)
  }
}

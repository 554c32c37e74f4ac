// Commands whose first argument is a word that says what is done.
import { UsageError } from '../base/errors.ts'
import { flagOf } from '../options/options.ts'

/** @param what the command and its word, as in `audit sample` @throws UsageError if an option belongs to another word */
export function assertTakes(what: string, takes: readonly string[], options: Record<string, unknown>): void {
  const others = Object.keys(options).filter((name) => options[name] !== undefined && !takes.includes(name))
  if (others.length === 0) return
  throw new UsageError(`${others.map(flagOf).join(', ')}: no effect on winnow ${what}`, {
    hint: `It takes ${takes.map(flagOf).join(', ')}.`,
  })
}

// Runs a method in this process as its command would: quicker than a child process, with the same exit codes and messages.
import { WinnowError } from '../../src/base/errors.ts'
import type { World } from './worlds.ts'

/** Returns the exit code, and what a failure would print. @throws whatever is not an error of Winnow */
export async function runHere(
  world: Pick<World, 'run'>,
  input: string,
  options: Parameters<World['run']>[1],
  env: Record<string, string> = {},
): Promise<{ code: number; stderr: string }> {
  try {
    const { rows } = await world.run(input, options, { env })
    return { code: Object.keys(rows.undecidedReasons).length > 0 ? 1 : 0, stderr: '' }
  } catch (error) {
    if (error instanceof WinnowError) return { code: 2, stderr: `${error.message}\n${error.hint ?? ''}` }
    throw error
  }
}

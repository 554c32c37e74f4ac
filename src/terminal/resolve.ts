// The options of a command from all that names some: the command line, a recipe, winnow.yaml.
import { existsSync } from 'node:fs'
import { CONFIG_FILE, type ListedCommand, type RunningCommand } from './command.ts'
import { ERRORS, print } from './door.ts'
import { withRecipe } from './recipe.ts'

/** Returns the file to read: the one named, or winnow.yaml if it is here. @param config false with --no-config */
export function configPath(config: unknown): string | undefined {
  if (typeof config === 'string') return config
  return config !== false && existsSync(CONFIG_FILE) ? CONFIG_FILE : undefined
}

/** Returns the options of a command: as typed, else of the recipe that was typed, else of the file. */
export async function resolvedOptions(
  spec: RunningCommand,
  typed: Record<string, unknown>,
  path: string | undefined,
  commands: readonly ListedCommand[],
): Promise<Record<string, unknown>> {
  const { recipe, ...flags } = typed
  if (path === undefined) return withRecipe(spec, flags, recipe)
  const { configuredOptions } = await import('./config/config.ts')
  const { options, sentence } = await configuredOptions(path, spec, typed, commands)
  const { recipe: own, ...settings } = options
  if (sentence !== undefined && typed['quiet'] !== true && settings['quiet'] !== true) print(sentence, ERRORS)
  return { ...(await withRecipe(spec, settings, own)), ...(await withRecipe(spec, flags, recipe)) }
}

// The end of a page: commands to type next.
import { widthOf, padEnd } from '../base/text.ts'

/** @param commands each without the word winnow, and what it is for */
export function nextCommands(commands: readonly (readonly [command: string, what: string])[]): string[] {
  if (commands.length === 0) return []
  const winnow = process.env['npm_execpath'] === undefined ? 'winnow' : 'npx winnow'
  const width = Math.max(...commands.map(([command]) => widthOf(command)))
  return ['next', ...commands.map(([command, what]) => `  ${winnow} ${padEnd(command, width)}  ${what}`)]
}

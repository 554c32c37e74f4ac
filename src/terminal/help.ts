// The layout of help: long terms stand on a line of their own, so that descriptions wrap at the width of the terminal.
import type { Command, Help } from 'commander'
import stringWidth from 'string-width'

/** The widest column for terms; longer ones take a line. */
const WIDEST = 26
const INDENT = 2
/** Descriptions never get narrower than this, however narrow the terminal is. */
const LEAST = 30

export const HELP_LAYOUT: Partial<Help> = {
  subcommandTerm: (each) => `${each.name()} ${each.usage()}`,
  padWidth: (command: Command, helper: Help) =>
    Math.min(
      WIDEST,
      Math.max(helper.longestOptionTermLength(command, helper), helper.longestSubcommandTermLength(command, helper)),
    ),
  formatItem(term: string, width: number, description: string, helper: Help) {
    const margin = ' '.repeat(INDENT)
    if (description === '') return margin + term
    const left = INDENT + width + INDENT
    const lines = helper.boxWrap(description, Math.max(LEAST, (helper.helpWidth ?? 80) - left)).split('\n')
    const isShort = stringWidth(term) <= width
    const first = isShort
      ? `${margin}${term}${' '.repeat(left - INDENT - stringWidth(term))}${lines.shift()}`
      : margin + term
    return [first, ...lines.map((line) => `${' '.repeat(left)}${line}`)].join('\n')
  },
}

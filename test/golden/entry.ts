// What one recording is of: some command lines, run one after the other in a folder of their own.

export interface Entry {
  /** The name of its recording, too. */
  name: string
  /**
   * The command lines, as one would type them after `winnow`. `SERVER` is the base URL of the entry's models; `< FILE` gives standard input.
   * What they print is compared, and every file that they leave.
   */
  lines: string[]
  /** Command lines that go before. Another entry compares what they print and leave. */
  before?: string[]
  /** Whose rows stand in `rows.jsonl` and whose models answer, by the name of the method (test/support/worlds.ts). */
  world?: string
  /** Files that are there from the start, besides `examples`. */
  files?: Record<string, string>
  /** Compares what is left in the cache as well: its names, and the contents of what is no database. */
  withCache?: boolean
}

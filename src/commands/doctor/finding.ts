// What a check reports: one kind of fault in a file, counted, with a few examples that show where to look.

/** `breaks`: a trainer stops or reads nonsense. `harms`: it learns something wrong. `look`: often intended, sometimes not. */
export type Severity = 'breaks' | 'harms' | 'look'

export interface Finding {
  /** Stable, for programs: `bad-rows`, `copied-positives`, … */
  code: string
  severity: Severity
  /** A few words, as a heading. */
  title: string
  /** The number of items named by `noun`. */
  count: number
  noun: string
  /** The number of rows that contain them. */
  rows: number
  /** `rows` as a share of all rows, good and bad. */
  share: number
  /** Why it matters, in one sentence. */
  why: string
  /** What to do about it. */
  advice: string
  /** The count broken down, or a second count that belongs to it. */
  parts: Part[]
  /** At most twenty, one per row. */
  examples: Example[]
}

interface Part {
  code: string
  count: number
  /** What `count` counts, for people. */
  text: string
}

export interface Example {
  line: number
  note: string
  /** The row's id, if the row could be read. */
  row?: string
  query?: string
  /** The passage's label: `negative`, `positive`. */
  label?: string
  passage?: string
}

/** A finding without its share, before the rows of the whole file are counted. */
export type Report = Omit<Finding, 'share' | 'parts'> & { parts?: Part[] }

// The kinds of change between two versions of a row.

export const KINDS = [
  'toPositive',
  'toNegative',
  'positivesRemoved',
  'negativesRemoved',
  'positivesAdded',
  'negativesAdded',
] as const
export type ChangeKind = (typeof KINDS)[number]

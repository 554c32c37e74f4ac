// Sums over rows: what figures are functions of when rows are drawn anew.

/** Adds up what each unit contributes, by row. */
export function byRow(units: readonly { row: number; sums: readonly number[] }[]): number[][] {
  const rows = Map.groupBy(units, ({ row }) => row)
  return [...rows.values()].map((those) => addedUp(those.map(({ sums }) => sums)))
}

export const addedUp = (all: readonly (readonly number[])[]): number[] =>
  all.reduce<number[]>((sums, each) => each.map((value, index) => value + (sums[index] ?? 0)), [])

// The number of repetitions of a test: few with `npm test`, many with `npm run test:long`, which `.ci/run` also runs, and all that an issue
// asked for with WINNOW_TEST_ALL=1 npm run test:long, which takes an hour.

/** Whether this is `npm run test:long`, where tests run that take long and guard what seldom breaks. */
export const isLong = process.env['WINNOW_TEST_LONG'] === '1'

const isAll = isLong && process.env['WINNOW_TEST_ALL'] === '1'

/** The part of a list that this run takes: `npm test` what is usual, the long run the rest, or everything with WINNOW_TEST_ALL=1. */
export const partOf = <Item>(all: readonly Item[], isUsual: (item: Item, at: number) => boolean): Item[] =>
  all.filter((item, at) => isAll || isUsual(item, at) !== isLong)

export const repetitions = (usual: number, long: number, all = long): number => {
  if (!isLong) return usual
  return isAll ? all : long
}

// The number of repetitions of a test: few with `npm test`, many with `npm run test:long`, which `.ci/run` also runs, and all that an issue
// asked for with WINNOW_TEST_ALL=1 npm run test:long, which takes an hour.

export const repetitions = (usual: number, long: number, all = long): number => {
  if (process.env['WINNOW_TEST_LONG'] !== '1') return usual
  return process.env['WINNOW_TEST_ALL'] === '1' ? all : long
}

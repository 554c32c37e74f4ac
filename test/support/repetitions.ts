// How often a test repeats itself: a few times with `npm test`, often with `npm run test:long`, which `.ci/run` runs, too.

export const repetitions = (usual: number, long: number): number =>
  process.env['WINNOW_TEST_LONG'] === '1' ? long : usual

// The number of repetitions of a test: few with `npm test`, many with `npm run test:long`, which `.ci/run` also runs.

export const repetitions = (usual: number, long: number): number =>
  process.env['WINNOW_TEST_LONG'] === '1' ? long : usual

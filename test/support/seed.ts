// Random tests draw the same cases in every run, so that a red run is one that the change made. WINNOW_TEST_SEED=random draws others,
// and a number draws those of the run that named it.
import * as fc from 'fast-check'

const wanted = process.env['WINNOW_TEST_SEED'] ?? '1'
if (wanted !== 'random') fc.configureGlobal({ seed: Number(wanted) })

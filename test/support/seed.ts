// Random tests draw the same cases in every run, so that a failure is caused by the change. WINNOW_TEST_SEED=random draws others, and a
// number repeats those of the run that printed it.
import * as fc from 'fast-check'

const wanted = process.env['WINNOW_TEST_SEED'] ?? '1'
if (wanted !== 'random') fc.configureGlobal({ seed: Number(wanted) })

// The options of the check of the judge.
import { decimal, flag, integer, share, type OptionValues } from '../options/options.ts'
import type { Thresholds } from './conclusion.ts'

export const CHECK_OPTIONS = {
  noCheck: flag({
    help: 'skip the check that shows each model passages whose label is known; it catches a bad judge, and does not prove a good one',
  }),
  checkRows: integer('N', {
    help: 'check: rows to take (default: 5% of the rows; at least 5, at most 40; none of fewer than 20 rows)',
    default: undefined,
    min: 1,
    rare: true,
  }),
  checkFalse: share('SHARE', {
    help: 'check: stop when surely more of the passages of other rows are called relevant',
    default: 0.1,
    rare: true,
  }),
  checkChance: decimal('P', {
    help: 'check: stop when chance alone tells relevant from irrelevant as well with more than this probability',
    default: 0.02,
    min: 0,
    max: 1,
    rare: true,
  }),
  checkPlace: share('SHARE', {
    help: 'check: stop when one place, or the order shown, is named in more of the lists and chance does not explain it',
    default: 0.5,
    rare: true,
  }),
  checkCopied: share('SHARE', {
    help: 'check: stop when surely more of the reasons are copies of their document',
    default: 0.5,
    rare: true,
  }),
}

export type CheckValues = OptionValues<typeof CHECK_OPTIONS>

export const thresholdsOf = (values: CheckValues): Thresholds => ({
  mostFalse: values.checkFalse,
  mostChance: values.checkChance,
  mostPlace: values.checkPlace,
  mostCopied: values.checkCopied,
})

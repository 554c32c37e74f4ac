// What judges are asked about: options checked, gold and rows read, the sample drawn.
import { UsageError } from '../../base/errors.ts'
import type { Hooks } from '../../base/hooks.ts'
import { assertPagePlace } from '../../base/page-file.ts'
import { readGold, type Gold } from '../../judging/gold.ts'
import { sampleRows, type SampledRow } from '../../judging/sample.ts'
import { readOptions } from '../../options/options.ts'
import { openInput, type Input } from '../../rows/input.ts'
import { exemption } from './methods.ts'
import { judgeNames, type JudgeName } from './names.ts'
import { JUDGES_OPTIONS, type JudgesInput, type JudgesValues } from './options.ts'
import { leftOutText, readGoldRows, unmatchedText, type AskedRow, type GoldReading } from './read.ts'

export interface Subject {
  values: JudgesValues
  names: JudgeName[]
  gold: Gold
  input: Input
  reading: GoldReading
  sample: SampledRow<AskedRow>[]
}

/** @throws UsageError when options, gold and rows do not fit together */
export async function withSubject<T>(
  rows: string,
  given: JudgesInput,
  hooks: Hooks,
  work: (subject: Subject) => Promise<T>,
): Promise<T> {
  const values = readOptions(JUDGES_OPTIONS, given)
  const names = judgeNames(values)
  const goldPath = assertFits(values, names)
  assertPagePlace(values.html, [rows, goldPath, ...names.map(({ spec }) => spec)])
  const gold = await readGold(goldPath, { ...values, ...(hooks.onNotice && { onWarning: hooks.onNotice }) })
  const input = await openInput(rows, values.format, hooks)
  try {
    const reading = await readGoldRows(input, gold, { ...values, isExempt: exemption(values, names) }, hooks)
    for (const sentence of [...unmatchedText(input.name, reading.unmatched), ...leftOutText(reading.leftOut)]) {
      hooks.onNotice?.(`${gold.path}: ${sentence}`)
    }
    const sample = sampleRows(reading.rows, values.n, values.seed)
    return await work({ values, names, gold, input, reading, sample })
  } finally {
    await input.close()
  }
}

/** @returns the path of the gold @throws UsageError */
function assertFits({ gold, positives, shuffle }: JudgesValues, names: readonly JudgeName[]): string {
  if (gold === undefined) {
    throw new UsageError('no gold is named: a judge can only be measured against what people say', {
      hint: 'Name it with --gold FILE: lines like {"row": "q1", "passage": "d7", "relevant": true}, or qrels. docs/judges.md says how many it takes.',
    })
  }
  const chat = names.filter(({ kind }) => kind === 'chat')
  const [first] = chat
  if (positives && first !== undefined) {
    throw new UsageError(
      `--positives: ${first.name} is shown the positives as the ground truth and cannot be asked about them`,
    )
  }
  const recorded = chat.find(({ isRecorded }) => isRecorded)
  if (shuffle !== undefined && recorded !== undefined) {
    throw new UsageError(`--shuffle: ${recorded.name} holds replies to the passages in the order of their rows`)
  }
  return gold
}

// The work of winnow audit: its first word says what is done.
import { UsageError } from '../../base/errors.ts'
import { drawSample } from '../../audit/draw.ts'
import { REPORT_OPTIONS, SAMPLE_OPTIONS } from '../../audit/options.ts'
import { reportOf } from '../../audit/reported.ts'
import type { Work } from '../../terminal/command.ts'
import { terminal } from '../../terminal/page.ts'
import { NOTHING_KEPT, printReport, withShell } from '../../terminal/shell.ts'
import { assertTakes } from '../../terminal/words.ts'
import { reportPage } from './page.ts'
import { samplePage, sampleSummary } from './sample-page.ts'

const sample: Work = async ([rows], options, shell) => {
  if (rows === undefined) {
    throw new UsageError('no rows are named: winnow audit sample ROWS', {
      hint: 'ROWS is what winnow clean wrote, such as cleaned.jsonl.',
    })
  }
  const drawn = await withShell(shell, (hooks) => drawSample(rows, options, hooks), NOTHING_KEPT)
  await printReport(shell, sampleSummary(drawn), () => samplePage(drawn, terminal()))
  return 0
}

const report: Work = async ([place], options, shell) => {
  const reported = await withShell(shell, (hooks) => reportOf(place, options, hooks), NOTHING_KEPT)
  await printReport(shell, reported, () => reportPage(reported, terminal()))
  return 0
}

const WORDS: Record<string, { work: Work; takes: readonly string[] }> = {
  sample: { work: sample, takes: Object.keys(SAMPLE_OPTIONS) },
  report: { work: report, takes: Object.keys(REPORT_OPTIONS) },
}

export const work: Work = (args, options, shell) => {
  const [word = '', ...places] = args
  const found = WORDS[word]
  if (found === undefined) {
    throw new UsageError(
      `${JSON.stringify(word)} is nothing that audit does; allowed: ${Object.keys(WORDS).join(', ')}`,
      {
        hint: 'Such as: winnow audit sample cleaned.jsonl, then winnow audit report.',
      },
    )
  }
  assertTakes(`audit ${word}`, found.takes, options)
  return found.work(places, options, shell)
}

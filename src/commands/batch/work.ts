// The work of winnow batch: its first word says what is done.
import { UsageError } from '../../base/errors.ts'
import type { Ledger } from '../../llm/ledger/ledger.ts'
import { openLedger } from '../../llm/ledger/open.ts'
import { readOptions } from '../../options/options.ts'
import { assertTakes } from '../../terminal/words.ts'
import type { ShellOptions, Work } from '../../terminal/command.ts'
import { printReport, withShell } from '../../terminal/shell.ts'
import { cancelJobs, chosenJobs, importFiles, isOpen, waitForJobs } from './jobs.ts'
import { BATCH_OPTIONS } from './options.ts'
import { importedPage, jobsPage } from './page.ts'

type Word = keyof typeof BATCH_OPTIONS
type Doing = (
  ledger: Ledger,
  places: readonly string[],
  options: Record<string, unknown>,
  shell: ShellOptions,
) => Promise<number>

const DONE = 0
const NOTHING_USED = 1
const JOBS_ARE_OPEN = 3

const list: Doing = async (ledger, _places, options, shell) => {
  const { all } = readOptions(BATCH_OPTIONS.list, options)
  const known = await ledger.batches.list()
  const jobs = known.filter((job) => all || isOpen(job))
  const hidden = known.length - jobs.length
  await printReport(shell, { ledger: ledger.path, jobs }, () => jobsPage(ledger.path, jobs, hidden))
  return DONE
}

const wait: Doing = async (ledger, _places, options, shell) => {
  const before = await ledger.batches.list()
  await withShell(shell, (hooks) => waitForJobs(ledger, readOptions(BATCH_OPTIONS.wait, options), hooks))
  return tellWhatBecame(ledger, before.filter(isOpen), shell)
}

const cancel: Doing = async (ledger, places, options, shell) => {
  const values = readOptions(BATCH_OPTIONS.cancel, options)
  const jobs = await chosenJobs(ledger, places, values.all)
  await withShell(shell, (hooks) => cancelJobs(ledger, jobs, values, hooks))
  return tellWhatBecame(ledger, jobs, shell)
}

async function tellWhatBecame(ledger: Ledger, of: readonly { id: string }[], shell: ShellOptions): Promise<number> {
  const ids = new Set(of.map(({ id }) => id))
  const known = await ledger.batches.list()
  const jobs = known.filter(({ id }) => ids.has(id))
  await printReport(shell, { ledger: ledger.path, jobs }, () => jobsPage(ledger.path, jobs, known.length))
  return jobs.some(isOpen) ? JOBS_ARE_OPEN : DONE
}

const importing: Doing = async (ledger, places, _options, shell) => {
  if (places.length === 0) throw new UsageError('no files of results are named: winnow batch import FILE...')
  const imported = await importFiles(ledger, places)
  const files = Object.entries(imported).map(([path, { elsewhere, failures, ...counts }]) => [
    path,
    { ...counts, elsewhere: Object.fromEntries(elsewhere), failures: Object.fromEntries(failures) },
  ])
  await printReport(shell, { ledger: ledger.path, files: Object.fromEntries(files) as object }, () =>
    importedPage(imported),
  )
  const isVain = Object.values(imported).every(({ answered, failed, repeated }) => answered + failed + repeated === 0)
  return isVain ? NOTHING_USED : DONE
}

const WORDS: Record<Word, Doing> = { list, wait, cancel, import: importing }

export const work: Work = async ([word = '', ...places], options, shell) => {
  if (!(word in WORDS)) {
    throw new UsageError(
      `${JSON.stringify(word)} is nothing that batch does; allowed: ${Object.keys(WORDS).join(', ')}`,
      {
        hint: 'Such as: winnow batch list',
      },
    )
  }
  const schema = BATCH_OPTIONS[word as Word]
  assertTakes(`batch ${word}`, Object.keys(schema), options)
  if (places.length > 0 && (word === 'list' || word === 'wait')) {
    throw new UsageError(`winnow batch ${word} takes no ${JSON.stringify(places[0])}`, {
      hint: 'Name the ledger with --ledger.',
    })
  }
  const { ledger: place = '.winnow/ledger.db' } = readOptions({ ledger: schema.ledger }, { ledger: options['ledger'] })
  const ledger = await openLedger(place, { mustExist: true, orRead: word === 'list' })
  try {
    return await WORDS[word as Word](ledger, places, options, shell)
  } finally {
    await ledger.close()
  }
}

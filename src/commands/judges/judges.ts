// Runs winnow judges: reads gold, draws a sample, asks every judge about it, and says which to use and what it can be trusted to do.
import { dirname } from 'node:path'
import { timesSince } from '../../base/clock.ts'
import { definedIn } from '../../base/defined.ts'
import { sha256 } from '../../base/hash.ts'
import type { Hooks } from '../../base/hooks.ts'
import { makeFolder, writePage } from '../../base/page-file.ts'
import { VERSION } from '../../base/version.ts'
import { defaultLedger } from '../../job/outputs.ts'
import type { Gold } from '../../judging/gold.ts'
import type { Ledger } from '../../llm/ledger/ledger.ts'
import { assertPlace, isDatabase, openLedger } from '../../llm/ledger/open.ts'
import { askedJudge, type Asking } from './asked.ts'
import { callValuesOf, methodOf } from './methods.ts'
import type { JudgeName } from './names.ts'
import type { Judge, Opinions } from './opinion.ts'
import type { JudgesInput, JudgesValues } from './options.ts'
import { proposalOf } from './proposal.ts'
import type { AskedRow, GoldReading } from './read.ts'
import { bm25Judge, recordedLabels, recordedScores } from './recorded.ts'
import type { JudgesReport } from './report.ts'
import { withSubject, type Subject } from './subject.ts'
import { judgeReport, pairReports, type AskedJudge } from './summing-up.ts'
import { verdictsOf } from './verdicts.ts'

/**
 * Asks several judges about the same sample of gold, and says how good each is, what it costs, and what can be done on its word.
 * @param rows a path, or `-` for standard input
 * @throws UsageError when it cannot start, StopRun when it had to stop before the end; what was asked stays in the ledger
 */
export async function judges(rows: string, given: JudgesInput = {}, hooks: Hooks = {}): Promise<JudgesReport> {
  const startedMs = Date.now()
  return withSubject(rows, given, hooks, async (subject) => {
    const { values, names, gold, input, reading, sample } = subject
    const asked = await askAll(subject, hooks)
    const reports = asked.map((each) => judgeReport(each, values))
    const report: JudgesReport = {
      winnow: VERSION,
      command: 'judges',
      options: { rows, ...publicOptions(given, names) },
      input: { path: input.name, sha256: reading.scan.hash, rows: reading.scan.rows },
      gold: describeGold(gold, reading),
      sample: { ...countsOf(sample), seed: values.seed },
      bounds: { relabelFrom: values.relabelFrom, removeFrom: values.removeFrom },
      judges: reports,
      pairs: pairReports(asked),
      proposal: proposalOf(reports, asked, { rows, stage: values.stage, bounds: values }),
      ...timesSince(startedMs),
    }
    if (values.html !== undefined) writePage(values.html, await (await import('./html.ts')).htmlPage(report))
    return report
  })
}

/** Asks one judge after the other, so that none waits for the limits of another. */
async function askAll(subject: Subject, hooks: Hooks): Promise<AskedJudge[]> {
  const { names, values, input, reading, sample } = subject
  const path = values.ledger ?? defaultLedger(input.name)
  const isAsked = names.some(({ kind }) => kind === 'chat' || kind === 'scorer')
  assertPlace(path)
  if (isAsked && !isDatabase(path)) makeFolder(dirname(path))
  const ledger = isAsked ? await openLedger(path) : undefined
  try {
    const run = ledger === undefined ? '' : await startRun(ledger, subject)
    const asking = { input, scan: reading.scan, ledger: ledger as Ledger, run, calls: callValuesOf(values) }
    const asked: AskedJudge[] = []
    for (const name of names) {
      const opinions: Opinions = await judgeOf(name, values, asking)(sample, hooks)
      asked.push({
        name,
        sample,
        ...verdictsOf(sample, opinions, values.threshold, values.seed),
        effort: opinions.effort,
      })
    }
    if (run !== '') await ledger?.runs.finishGathering(run)
    return asked
  } finally {
    await ledger?.close()
  }
}

function judgeOf(name: JudgeName, values: JudgesValues, asking: Asking): Judge {
  if (name.kind === 'labels') return recordedLabels(name.spec, values.relevanceLevel)
  if (name.kind === 'run') return recordedScores(name.spec)
  if (name.kind === 'bm25') return bm25Judge(asking.input)
  return askedJudge(name, methodOf(name, values), asking)
}

/** Notes the run, by which the cap counts over all its starts. @returns its id */
async function startRun(ledger: Ledger, { names, values, input, reading, sample }: Subject): Promise<string> {
  const judgesOf = Object.fromEntries(names.map(({ model }, index) => [`judge ${index + 1}`, model]))
  const identity = [reading.scan.hash, judgesOf, values.stage, sample.map(({ id }) => id)]
  const id = `r${sha256(JSON.stringify(identity), 10)}`
  const settings = { identities: judgesOf, options: { n: values.n, seed: values.seed }, limit: null }
  await ledger.runs.start({
    id,
    inputHash: reading.scan.hash,
    inputPath: input.name,
    method: 'judges',
    settings,
    prompts: [],
  })
  return id
}

function publicOptions(given: JudgesInput, names: readonly JudgeName[]): Record<string, unknown> {
  const scorers = given.scorer?.length ?? 0
  const shown = names.map(({ model }) => model)
  return {
    ...definedIn(given),
    ...(given.judge !== undefined && { judge: shown.slice(0, shown.length - scorers) }),
    ...(scorers > 0 && { scorer: shown.slice(shown.length - scorers) }),
  }
}

const countsOf = (rows: readonly AskedRow[]) => {
  const passages = rows.flatMap((row) => row.passages)
  return {
    passages: passages.length,
    relevant: passages.filter(({ isRelevant }) => isRelevant).length,
    rows: rows.length,
  }
}

function describeGold(
  { path, labels, assessors }: Gold,
  { rows, leftOut, unmatched }: GoldReading,
): JudgesReport['gold'] {
  return {
    path,
    labels,
    assessors,
    unmatched: { rows: unmatched.rows, passages: unmatched.passages },
    leftOut,
    ...countsOf(rows),
  }
}

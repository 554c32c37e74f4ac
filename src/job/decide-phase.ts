// Phase 2 of a job: the survey if its method has one, then every row; the output files are completed together.
import { StopRun } from '../llm/errors.ts'
import type { CheckReport } from '../judging/check.ts'
import type { Figures, Survey, SurveyOutcome } from '../method/definition.ts'
import { headOf, type EvidenceHead } from '../evidence/record.ts'
import { TellingChanges } from './changes/telling.ts'
import { PlaceCounts } from './page/place-counts.ts'
import { decide } from './decide.ts'
import { rowsOf, type Job } from './job.ts'
import { listsOf, Outputs, type OutputPaths } from './outputs.ts'
import { scoreBy } from './stages/score.ts'
import type { Stages } from './stages/stages.ts'
import type { EvidenceStore } from './stored/store.ts'
import { surveyRows } from './survey.ts'
import type { CallTotals } from './call-totals.ts'
import type { DecisionTotals } from './totals.ts'

/** The decisions, and the figures of the method, including those of its survey. */
export interface DecisionOutcome {
  totals: DecisionTotals
  figures: Figures
  /** Fields of the manifest that the survey filled. */
  sections: Record<string, unknown>
  telling: TellingChanges
  /** Undefined if no page is written. */
  places: PlaceCounts | undefined
}

/** @throws StopRun if the survey finds that nothing should be written; the outputs are then untouched, as after any error */
export async function decidePhase(
  job: Job,
  store: EvidenceStore,
  stages: Stages,
  paths: OutputPaths,
  { calls, check }: { calls: CallTotals; check?: CheckReport | undefined },
): Promise<DecisionOutcome> {
  const { definition, deciding, scan: scanned, hooks } = job
  const source = store.source(job, { isCounted: true })
  const surveyed = await surveyPhase(job, store, calls, check)
  const policy = deciding.policy(surveyed?.figures)
  const score = scoreBy(job, surveyed?.figures)
  const { input, to, container } = stages.writing
  const target = { format: to ?? input.format, container, from: input.path }
  const outputs = await Outputs.open(paths, listsOf(definition, scanned), evidenceHead(job), target)
  const rowsTotal = rowsOf(job)
  const onRow = (totals: DecisionTotals) => {
    const { rows, falseNegativesFound: falseNegatives, unread: undecided } = totals
    const added = definition.afterPolicy?.counts === 'added' ? totals.added : undefined
    hooks.onRow?.({ phase: 'decide', rowsDone: rows, rowsTotal, calls, falseNegatives, added, undecided })
  }
  const telling = new TellingChanges()
  const places = paths.html === undefined ? undefined : new PlaceCounts()
  try {
    const pass = { source, policy, stages, score, outputs, telling, places, onRow }
    const totals = await source.reading(() => decide(job, pass))
    await outputs.commit()
    hooks.onChanges?.(telling)
    const figures = { ...totals.figures, ...surveyed?.figures }
    return { totals, figures, sections: { ...totals.sections, ...surveyed?.sections }, telling, places }
  } catch (error) {
    await outputs.abort()
    throw error
  }
}

/** Examines the evidence of all rows if the method has a survey. @throws StopRun if nothing should be written after that */
async function surveyPhase(
  job: Job,
  store: EvidenceStore,
  calls: CallTotals,
  check: CheckReport | undefined,
): Promise<SurveyOutcome | undefined> {
  const { definition, deciding, hooks } = job
  const survey = deciding.survey(check)
  if (survey === undefined) return undefined
  const rowsTotal = rowsOf(job)
  const onRow = (rowsDone: number) =>
    hooks.onRow?.({ phase: 'survey', rowsDone, rowsTotal, calls, falseNegatives: 0, undecided: 0 })
  const source = store.source(job)
  const surveyed = (await hasNothing(survey, store, definition.name))
    ? survey.conclude()
    : await source.reading(() => surveyRows(job, source, survey, onRow), survey.isDone === undefined)
  for (const warning of surveyed.warnings) hooks.onNotice?.(warning)
  const { refusal } = surveyed
  if (refusal) {
    const figures = definition.describe(surveyed.figures)
    throw new StopRun('refused', [`${refusal.reason}; no rows were written`, ...figures].join('\n'), {
      hint: refusal.hint,
    })
  }
  return surveyed
}

/** Whether the ledger has no reply of the only stage that a survey looks at. */
async function hasNothing({ stage }: Survey, { ledger }: EvidenceStore, method: string): Promise<boolean> {
  if (stage === undefined || ledger === undefined) return false
  return (await ledger.repliesOf(method)).every((source) => source.stage !== stage)
}

function evidenceHead({ run: { id, method, settings }, plan, scan: scanned }: Job): EvidenceHead {
  return headOf({
    run: id,
    method,
    input: scanned.hash,
    models: settings.identities,
    prompts: plan.prompts.map(({ name }) => name),
    options: settings.options,
    limit: settings.limit,
  })
}

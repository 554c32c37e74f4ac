// The definition of a method, through which commands use it without knowing it: its options, its stages, its policy.
import type {
  Explainer,
  Field,
  ListRecord,
  MethodList,
  PilotObserver,
  RunSummary,
  ShareField,
  Summary,
} from './brought.ts'
import type { DecidedRow, Suspect } from '../policy/decided.ts'
import type { Bearing, Find } from '../policy/measured.ts'
import type { Policy } from '../policy/policy.ts'
import type { ChatModel, ChatRequest } from '../llm/chat.ts'
import type { OptionSchema } from '../options/options.ts'
import type { Refusal } from '../rows/scan.ts'
import { hasLabel, type Row } from '../rows/row.ts'
import type { TaskChoice } from '../tasks/tasks.ts'
import type { Evidence } from '../evidence/evidence.ts'
import type { Method } from './method.ts'
import type { CascadePlan, Gate } from './cascade.ts'
import type { Scale } from './scale.ts'
import type { JudgeCheck } from './probe.ts'
import type { PromptVersion } from '../prompts/template.ts'

export interface MethodDefinition {
  name: string
  /** One line for help and docs. */
  summary: string
  /** Its own verdict words. */
  verdicts: readonly string[]
  /** Whether rows may have no negatives: the method asks about these as well. */
  mayLackNegatives?: true
  /** Options that decide what is asked. */
  gatherOptions: OptionSchema
  /** Options that decide what is done with the answers. */
  policyOptions: OptionSchema
  /** Steps applied to rows after the policy. */
  afterPolicy?: PolicyFollowUp
  /** Works out from checked gather options what will be asked. @throws UsageError when they do not fit together */
  plan(options: Record<string, unknown>): MethodPlan
  /**
   * Returns gather options that are chosen by the others, so that they stay what they were for a run that is found again later.
   * Called for new runs, before `plan`.
   * @param isDecidedElsewhere whether a program's own policy decides
   */
  choose?(options: Record<string, unknown>, isDecidedElsewhere: boolean): Record<string, unknown>
  /** The values of options that there were not when earlier runs were stored. */
  before?: Readonly<Record<string, unknown>>
  /** Gather options that may be given again when deciding again; the policy checks which values the evidence allows. */
  redecided: string[]
  /** The scales on which it can score passages, the richest first; without any, its rows have no scores to write. */
  scales?: readonly Scale[]
  /**
   * Returns the policy for checked options; gather options may matter as well.
   * @param gathered the options that the evidence was gathered with
   * @param surveyed what the survey found; without it, the policy is the one known before the survey
   * @throws UsageError when the evidence does not allow it
   */
  policy(options: Record<string, unknown>, gathered: Record<string, unknown>, surveyed?: Figures): Policy
  /** For methods whose actions may follow from measured precision: what they find in a row. */
  finds?: Finds
  /** For methods that examine the evidence of a whole file before any row is decided: creates a survey. */
  survey?(options: Record<string, unknown>): Survey | undefined
  /**
   * For methods whose evidence is not one item per negative of the row: describes what is missing, undefined if it is complete.
   * @param gathered the options that the evidence was gathered with
   */
  missingIn?(row: Row, evidence: Evidence[], gathered: Record<string, unknown>): string | undefined
  /**
   * Describes the figures of its tally for people, in whole lines.
   * @param sections its fields of the manifest, if there is one
   */
  describe(figures: Figures, sections?: Record<string, unknown>): string[]
  /** Summarises the rows in place of the summary of cleaning. */
  summarise?(done: RunSummary): Summary
  /** Fields that it adds to the manifest; its tally fills them. */
  sections?: readonly Field[]
  /** Shares that it adds to the report of a pilot; `plan.pilot` fills them. */
  shares?: readonly ShareField[]
  /** Lists that it writes beside the rows. */
  lists?: readonly MethodList[]
  /** Returns the records of a row in lists beside the rows, besides its label changes. */
  recordsOf?(decided: DecidedRow): ListRecord[]
  /** Its additions to the explanation of a row. */
  explainer?: Explainer
}

export interface Finds {
  bearing: Bearing
  /** The kind of find of which `unconfirmed` are those that not every order finds. */
  confirmed: string
  /** Returns what the policy would act upon; undefined for a row that cannot be decided. */
  in(row: Row, evidence: Evidence[], options: Record<string, unknown>): Find[] | undefined
}

/** Steps applied to rows after the policy, for methods that add passages. */
interface PolicyFollowUp {
  options: OptionSchema
  /** The stage that measures added passages. */
  measure: 'hardness'
  /** Additional information in every output row. */
  tells: 'origins'
  /** The count that the live line shows instead of false negatives. */
  counts: 'added'
}

export interface MethodPlan {
  /** The stages in the order in which they run, each with the model as the user named it, or gave it. Last ones may lack a prompt of their own. */
  stages: { stage: string; model: string | ChatModel; kind: ModelKind }[]
  prompts: PromptVersion[]
  tasks: TaskChoice
  /** Everything besides models and prompts that decides what is asked, as JSON values: part of the run's identity. */
  fingerprint: Record<string, unknown>
  /** Whether copies of a row's own positives stay among the negatives. */
  keepDuplicates: boolean
  /** Returns what a user should know about the models, by stage, before any money is spent: whole sentences. */
  noticesOf?(identities: Record<string, string>): string[]
  /** Returns the options that ask the prompt of another name, to which a ledger may hold replies; undefined if none do. */
  optionsFor?(prompt: string): string | undefined
  /** Returns why the method cannot handle a row with these models, by stage; undefined if it can. Called before anything is sent. */
  refusal?(row: Row, models: Record<string, NamedModel>): Refusal | undefined
  /**
   * Creates the method for models of these identities, by stage.
   * @param gate of the cascade, if there is one; without it every row is sent to the judge
   */
  create(identities: Record<string, string>, gate?: Gate): Method
  forecast: Forecast
  /** Estimates how many calls a row makes at once; this decides how many rows are processed at a time. */
  callsOf(row: Row): number
  /** The same plan with another setting; a dry run shows its cost for comparison. */
  instead?: { label: string; plan: () => MethodPlan }
  /** Returns why the positives of a row may be wrong although none of them is changed. */
  suspectIn?(row: Row, evidence: Evidence[]): Suspect | undefined
  /** Returns at which place of its call each passage was shown, as far as the evidence tells. Default: nothing. */
  placesIn?(evidence: readonly Evidence[]): ShownVerdict[]
  /** Counts what only this method knows. Default: nothing. */
  tally?(): MethodTally
  /** How its models are checked before they are believed. Default: they are not. */
  check?: JudgeCheck
  /** Which rows the judge sees, where less than all were asked for. Default: those that the method sends. */
  cascade?: CascadePlan | undefined
  /** Observes what only this method looks at in a pilot. Default: nothing. */
  pilot?(): PilotObserver
}

/** Returns whether a method asks about a row, given the row as shown to it. */
export const isAsked = ({ mayLackNegatives }: Pick<MethodDefinition, 'mayLackNegatives'>, row: Row): boolean =>
  mayLackNegatives === true || hasLabel(row, 'negative')

/** What was said of a passage, and its place among those shown, from 1. */
export interface ShownVerdict {
  stage: string
  position: number
  verdict: string
}

/** Whether a model answers in words or gives scores. */
export type ModelKind = 'chat' | 'scorer'

/** A model as the user named it, without credentials, and its part in the keys of its replies. */
export interface NamedModel {
  name: string
  identity: string
}

/** Examines the evidence of every row before any is decided. Holds no more than a sample of it. */
export interface Survey {
  /** Whether the policy depends on the findings; otherwise the survey only warns. */
  isNeeded: boolean
  /** Whether it has seen enough; without it, it looks at every row. */
  readonly isDone?: boolean | undefined
  /** The stage whose replies it looks at: no row is read if there are none. Default: all stages. */
  readonly stage?: string
  /** Reads what it needs besides the rows. Called before the first row. */
  prepare?(): Promise<void>
  add(row: Row, evidence: Evidence[]): void
  conclude(): SurveyOutcome
}

export interface SurveyOutcome {
  figures: Figures
  /** Warnings for a person before the rows are written, in whole sentences. */
  warnings: string[]
  /** Fields of the manifest that it fills. */
  sections?: Record<string, unknown>
  /** Why nothing should be written. */
  refusal?: Refusal
}

/** Numbers by name, for manifests; null if there is nothing to count. */
export type Figures = Record<string, number | null>

export interface MethodTally {
  add(decided: DecidedRow): void
  figures(): Figures
  /** Returns the fields of the manifest that the definition declares. */
  sections?(): Record<string, unknown>
}

/** Estimates from which the cost of a run is forecast. */
export interface Forecast {
  /** Returns a reply after which the method goes on to its next stage. */
  reply(request: ChatRequest): string
  /** Estimates the length of a reply in tokens. */
  replyTokens(request: ChatRequest): number
  /** Returns the smallest and largest expected share of the calls of a stage, relative to every row reaching it. */
  share(stage: string): { low: number; high: number }
}

// What a method brings along so that commands can use it without knowing it: its options, its stages, its policy.
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
import type { DecidedRow, Suspect } from './decided.ts'
import type { Policy } from './policy.ts'
import type { ChatModel, ChatRequest } from '../llm/chat.ts'
import type { OptionSchema } from '../options/options.ts'
import type { Refusal } from '../rows/scan.ts'
import { hasLabel, type Row } from '../rows/row.ts'
import type { Task } from '../tasks/task.ts'
import type { Evidence } from '../evidence/evidence.ts'
import type { Method } from './method.ts'
import type { PromptVersion } from '../prompts/template.ts'

export interface MethodDefinition {
  name: string
  /** One line for help and docs. */
  summary: string
  /** The words of its own scale: what a verdict of it may be. */
  verdicts: readonly string[]
  /** Whether rows may be without negatives: it is asked about these, too. */
  mayLackNegatives?: true
  /** Options that decide what is asked. */
  gatherOptions: OptionSchema
  /** Options that decide what is done about the answers. */
  policyOptions: OptionSchema
  /** What is done to rows after the policy. */
  afterPolicy?: PolicyFollowUp
  /** Works out from checked gather options what will be asked. @throws UsageError when they do not fit together. */
  plan(options: Record<string, unknown>): MethodPlan
  /** Gather options that may be given anew when deciding again; the policy says which values the evidence allows. */
  redecided: string[]
  /**
   * The policy that checked options name; gather options may matter, too.
   * @param gathered the options that the evidence was gathered with
   * @param surveyed what the survey found; without it, the policy is what can be said before there was one
   * @throws UsageError when the evidence does not allow it
   */
  policy(options: Record<string, unknown>, gathered: Record<string, unknown>, surveyed?: Figures): Policy
  /** For methods that look over the evidence of a whole file before any row of it is decided: a new survey. */
  survey?(options: Record<string, unknown>): Survey
  /**
   * For methods whose evidence is not a word on each of the row's negatives: what of it is missing, in words, undefined where it is whole.
   * @param gathered the options that the evidence was gathered with
   */
  missingIn?(row: Row, evidence: Evidence[], gathered: Record<string, unknown>): string | undefined
  /**
   * What a person should know of the figures of its tally: whole lines.
   * @param sections its fields of the manifest, where there is one
   */
  describe(figures: Figures, sections?: Record<string, unknown>): string[]
  /** What the summary says of the rows instead of what it says of cleaning. */
  summarise?(done: RunSummary): Summary
  /** Fields of its own in the manifest, which its tally fills. */
  sections?: readonly Field[]
  /** Shares of its own in the report of a pilot, which `plan.pilot` fills. */
  shares?: readonly ShareField[]
  /** Lists of its own beside the rows. */
  lists?: readonly MethodList[]
  /** What stands of a row in lists beside the rows, besides its changes of labels. */
  recordsOf?(decided: DecidedRow): ListRecord[]
  /** What it has to say in the explanation of a row. */
  explainer?: Explainer
}

/** What is done to rows after the policy, for methods that add passages to them. */
interface PolicyFollowUp {
  options: OptionSchema
  /** The stage that measures what was added. */
  measure: 'hardness'
  /** What every row that is written says besides. */
  tells: 'origins'
  /** What the live line counts instead of false negatives. */
  counts: 'added'
}

export interface MethodPlan {
  /** The stages in the order in which they run, each with the model as the user named it, or gave it. */
  stages: { stage: string; model: string | ChatModel; kind: ModelKind }[]
  prompts: PromptVersion[]
  taskOf: (row: Row) => Task
  /** Everything besides models and prompts that decides what is asked, as JSON values: part of the run's identity. */
  fingerprint: Record<string, unknown>
  /** Whether copies of a row's own positives stay among the negatives. */
  keepDuplicates: boolean
  /** What a user should know of the models, by stage, before money is spent: whole sentences. */
  noticesOf?(identities: Record<string, string>): string[]
  /**
   * Why the method is not for a row with these models, by stage; undefined where it is. Asked before anything is sent.
   */
  refusal?(row: Row, models: Record<string, NamedModel>): Refusal | undefined
  /** The method itself, for models of these identities, by stage. */
  create(identities: Record<string, string>): Method
  forecast: Forecast
  /** About how many calls a row makes at once: how many rows are under way at a time depends on it. */
  callsOf(row: Row): number
  /** The same with another setting, whose cost a dry run shows beside it. */
  instead?: { label: string; plan: () => MethodPlan }
  /** Why the positives of a row may be wrong although nothing is changed about them. */
  suspectIn?(row: Row, evidence: Evidence[]): Suspect | undefined
  /** Counts what only this method knows of. Default: nothing. */
  tally?(): MethodTally
  /** What only this method looks at in a pilot. Default: nothing. */
  pilot?(): PilotObserver
}

/** Whether a method asks about a row, as it is shown to it. */
export const isAsked = ({ mayLackNegatives }: Pick<MethodDefinition, 'mayLackNegatives'>, row: Row): boolean =>
  mayLackNegatives === true || hasLabel(row, 'negative')

/** What a model does: it answers in words, or gives scores. */
export type ModelKind = 'chat' | 'scorer'

/** A model as the user named it, without credentials, and what goes into the keys of its replies. */
export interface NamedModel {
  name: string
  identity: string
}

/** A look over the evidence of every row, before any is decided. It holds no more than a sample of it. */
export interface Survey {
  /** Whether the policy rests on what is found; else the survey only warns. */
  isNeeded: boolean
  add(row: Row, evidence: Evidence[]): void
  conclude(): SurveyOutcome
}

export interface SurveyOutcome {
  figures: Figures
  /** What a person should know before the rows are written; whole sentences. */
  warnings: string[]
  /** Why nothing should be written. */
  refusal?: Refusal
}

/** Numbers by name, for manifests; null where there is nothing to count. */
export type Figures = Record<string, number | null>

export interface MethodTally {
  add(decided: DecidedRow): void
  figures(): Figures
  /** The fields of the manifest that the definition declares. */
  sections?(): Record<string, unknown>
}

/** What is needed to tell the cost of a run before it is made. */
export interface Forecast {
  /** A reply upon which the method goes on to its next stage. */
  reply(request: ChatRequest): string
  /** Expected length of a reply in tokens. */
  replyTokens(request: ChatRequest): number
  /** The smallest and largest share to be expected of the calls of a stage, if every row reached it. */
  share(stage: string): { low: number; high: number }
}

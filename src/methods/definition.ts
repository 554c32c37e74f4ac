// What a method brings along so that commands can use it without knowing it: its options, its stages, its policy.
import type { Decision, Policy } from './policy.ts'
import type { ChatRequest } from '../llm/chat.ts'
import type { OptionSchema } from '../options/options.ts'
import type { Refusal } from '../rows/scan.ts'
import { hasLabel, type Row } from '../rows/row.ts'
import type { Task } from '../tasks/task.ts'
import type { AnchorPlace, Evidence } from '../evidence/evidence.ts'
import type { Method, PromptVersion } from './method.ts'

export interface MethodDefinition {
  name: string
  /** One line for help and docs. */
  summary: string
  /** The words of its own scale: what a verdict of it may be. */
  verdicts: readonly string[]
  /**
   * Whether it writes passages for rows and leaves their labels alone. Rows may then be without negatives, and what it discards of its
   * own passages is listed.
   */
  adds?: true
  /** Options that decide what is asked. */
  gatherOptions: OptionSchema
  /** Options that decide what is done about the answers. */
  policyOptions: OptionSchema
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
  /** For methods that rank: where the passage stood that others must stand above, in each ranking. */
  anchorsIn?(row: Row, evidence: Evidence[], options: Record<string, unknown>): AnchorPlace[]
  /** What a person should know of the figures of its tally: whole lines. */
  describe(figures: Figures): string[]
}

export interface MethodPlan {
  /** The stages in the order in which they run, each with the model as the user named it. */
  stages: { stage: string; model: string; kind: ModelKind }[]
  prompts: PromptVersion[]
  taskOf: (row: Row) => Task
  /** Everything besides models and prompts that decides what is asked, as JSON values: part of the run's identity. */
  fingerprint: Record<string, unknown>
  /** Whether copies of a row's own positives stay among the negatives. */
  keepDuplicates: boolean
  /** Whether rows without negatives are asked about, too: for methods that find some. */
  asksWithoutNegatives?: boolean
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
  /** Rows to list for a person although nothing is changed about them. */
  suspectIn(row: Row, evidence: Evidence[]): Suspect | undefined
  /** Whether the row was checked by the judge although the screen had cleared it, and whether something was found. */
  spotCheckOf(evidence: Evidence[]): 'missed' | 'agreed' | 'unread' | undefined
  /** Counts what only this method knows of. */
  tally(): MethodTally
}

/** Whether a method asks about a row, as it is shown to it. */
export const isAsked = (
  { asksWithoutNegatives = false }: Pick<MethodPlan, 'asksWithoutNegatives'>,
  row: Row,
): boolean => asksWithoutNegatives || hasLabel(row, 'negative')

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
  conclude(): Surveyed
}

export interface Surveyed {
  figures: Figures
  /** What a person should know before the rows are written; whole sentences. */
  warnings: string[]
  /** Why nothing should be written. */
  refusal?: Refusal
}

/** Numbers by name, for manifests; null where there is nothing to count. */
export type Figures = Record<string, number | null>

export interface MethodTally {
  /** @param decided what was decided about the row in the end; not known while evidence is gathered */
  add(row: Row, evidence: Evidence[], decided?: Decision): void
  figures(): Figures
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

/** A row whose given positives may be wrong. */
export interface Suspect {
  reason: string
  preferred: { passage: string; stage: string; reason?: string }[]
}

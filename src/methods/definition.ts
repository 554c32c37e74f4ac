// What a method brings along so that commands can use it without knowing it: its options, its stages, its policy.
import type { Policy } from '../decide/policy.ts'
import type { ChatRequest } from '../llm/chat.ts'
import type { OptionSchema } from '../options/options.ts'
import type { Row } from '../rows/row.ts'
import type { Task } from '../tasks/task.ts'
import type { Evidence } from './evidence.ts'
import type { Method, PromptVersion } from './method.ts'

export interface MethodDefinition {
  name: string
  /** One line for help and docs. */
  summary: string
  /** Options that decide what is asked. */
  gatherOptions: OptionSchema
  /** Options that decide what is done about the answers. */
  policyOptions: OptionSchema
  /** Works out from checked gather options what will be asked. @throws UsageError when they do not fit together. */
  plan(options: Record<string, unknown>): MethodPlan
  /** The policy that checked options name. Gather options may matter, too. */
  policy(options: Record<string, unknown>): Policy
}

export interface MethodPlan {
  /** The stages in the order in which they run, each with the model as the user named it. */
  stages: { stage: string; model: string }[]
  prompts: PromptVersion[]
  taskOf: (row: Row) => Task
  /** Everything besides models and prompts that decides what is asked, as JSON values: part of the run's identity. */
  fingerprint: Record<string, unknown>
  /** Whether copies of a row's own positives stay among the negatives. */
  keepDuplicates: boolean
  /** The method itself, for models of these identities, by stage. */
  create(identities: Record<string, string>): Method
  forecast: Forecast
  /** Rows to list for a person although nothing is changed about them. */
  suspectIn(row: Row, evidence: Evidence[]): Suspect | undefined
  /** Whether the row was checked by the judge although the screen had cleared it, and whether something was found. */
  spotCheckOf(evidence: Evidence[]): 'missed' | 'agreed' | 'unread' | undefined
}

/** What is needed to tell the cost of a run before it is made. */
export interface Forecast {
  /** A reply, good for any stage, upon which the method goes on to its next stage. */
  reply: string
  /** Expected length of a reply in tokens. */
  replyTokens(request: ChatRequest): number
  /** The smallest and largest share of rows that may reach the stages after the first. */
  goesOn: { low: number; high: number }
}

/** A row whose given positives may be wrong. */
export interface Suspect {
  reason: string
  preferred: { passage: string; stage: string; reason?: string }[]
}

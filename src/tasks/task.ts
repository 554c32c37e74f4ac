// A task defines what counts as relevant in a dataset. Every prompt of every method is rendered from it.

export interface Task {
  name: string
  /** What the query is, as a noun phrase: `question`, `claim`. */
  query: string
  /** What a relevant passage does, in one or two sentences. */
  relevant: string
  /** What looks relevant but is not. */
  nearMiss: string
  /** How the passages are written. */
  passages: string
  /** Whether "the passage answers the query" makes sense here. */
  answers: boolean
  /** Whether the answer must be combined from facts in several passages. */
  multiHop: boolean
  /** Methods that must not change rows of this task. */
  exempt: readonly string[]
}

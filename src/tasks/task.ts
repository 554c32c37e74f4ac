// A task says what counts as relevant in a dataset. Every prompt of every method is rendered from it.

export interface Task {
  name: string
  /** What the query is, as a noun phrase: `question`, `claim`. */
  query: string
  /** What a relevant passage does. One or two sentences. */
  relevant: string
  /** What looks relevant and is not. */
  nearMiss: string
  /** How the passages are written. */
  passages: string
  /** Whether "the passage answers the query" makes sense here. */
  answers: boolean
  /** Whether the answer has to be joined from facts that stand in several passages. */
  multiHop: boolean
  /** Methods that must not touch rows of this task. */
  exempt: readonly string[]
}

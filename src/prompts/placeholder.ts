// A task of placeholders, for rendering prompts when only their wording matters.
import type { Task } from '../tasks/task.ts'

export const PLACEHOLDER_TASK: Task = {
  name: '{task}',
  query: '{query noun}',
  relevant: '{relevant}',
  nearMiss: '{near miss}',
  passages: '{passages}',
  answers: true,
  multiHop: true,
  exempt: [],
}

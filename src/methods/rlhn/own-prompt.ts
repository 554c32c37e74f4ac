// The user's own prompts for RLHN: one template per stage, `rlhn.screen.md` and `rlhn.judge.md` in a folder.
import { PLAIN_RULE } from '../../llm/read.ts'
import type { Passage, Row } from '../../rows/row.ts'
import type { Task } from '../../tasks/task.ts'
import { assertAnyPrompt, TASK_VALUES, templateIn, type Slots } from '../../prompts/template.ts'
import { labelsIn } from './labels.ts'
import type { ReplyForm } from './reasoned.ts'
import type { PromptSet } from '../../prompts/prompt-set.ts'
import { fenced, groundTruth, numbered, rlhnPrompt, type RlhnPrompt, type RlhnStage } from './prompt.ts'

interface PromptInput {
  task: Task
  row: Row
  documents: Passage[]
}

const slotsOf = (stage: RlhnStage): Slots<PromptInput> => ({
  name: `rlhn.${stage}`,
  values: {
    query: ({ row }) => fenced(row.query),
    ground_truth: ({ row }) => groundTruth(row).join('\n'),
    documents: ({ documents }) => documents.map(numbered('Doc')).join('\n'),
    ...TASK_VALUES,
  },
  required: ['query', 'ground_truth', 'documents'],
})

/**
 * Returns the prompts of a run: the user's if the folder has them, the built-in ones for the other
 * stages. The reply must keep RLHN's grammar.
 * @param sets one for each of the stages
 * @throws UsageError when the folder holds neither file, or a template lacks a placeholder or has an unknown one
 */
export function promptsOf(
  stages: RlhnStage[],
  sets: readonly PromptSet[],
  folder: string | undefined,
): Record<RlhnStage, RlhnPrompt> {
  const setOf = (stage: RlhnStage) => sets[stages.indexOf(stage)]
  const prompts = { screen: rlhnPrompt('screen', setOf('screen')), judge: rlhnPrompt('judge', setOf('judge')) }
  if (folder === undefined) return prompts
  assertAnyPrompt(
    folder,
    stages.map((stage) => slotsOf(stage).name),
  )
  for (const stage of stages) {
    const own = templateIn(folder, slotsOf(stage))
    if (own === undefined) continue
    const { version, text, rule = PLAIN_RULE, render } = own
    const form: ReplyForm = { labels: labelsIn(text), preference: /<preference>/i.test(text) ? 'entry' : 'none' }
    prompts[stage] = { version, form, rule, render: (task, row, documents) => render({ task, row, documents }) }
  }
  return prompts
}

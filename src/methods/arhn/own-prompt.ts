// The user's own prompts for ARHN: `arhn.extract.md` and `arhn.rank.md` in a folder. Multi-hop keeps the built-in ones.
import { PLAIN_RULE } from '../../llm/read.ts'
import type { Passage, Row } from '../../rows/row.ts'
import type { Task } from '../../tasks/task.ts'
import { assertAnyPrompt, TASK_VALUES, templateIn, type Slots } from '../../prompts/template.ts'
import {
  ARHN_RULES,
  candidateList,
  extractMessages,
  fenced,
  passageList,
  promptVersion,
  rankMessages,
  type ArhnPrompts,
  type Candidate,
} from './prompt.ts'

interface PromptInput {
  task: Task
  row: Row
}

const query = ({ row }: PromptInput) => fenced(row.query)

const EXTRACT: Slots<PromptInput & { passages: Passage[] }> = {
  name: 'arhn.extract',
  values: { query, passage: ({ passages }) => passageList(passages), ...TASK_VALUES },
  required: ['query', 'passage'],
}

const RANK: Slots<PromptInput & { candidates: Candidate[] }> = {
  name: 'arhn.rank',
  values: {
    query,
    candidates: ({ candidates }) => candidateList(candidates),
    count: ({ candidates }) => String(candidates.length),
    ...TASK_VALUES,
  },
  required: ['query', 'candidates'],
}

/**
 * Returns the prompts of a run: the user's if the folder has them, else the built-in ones. Replies must keep their grammar.
 * @throws UsageError when the folder holds neither file, or a template lacks a placeholder or has an unknown one
 */
export function arhnPromptsOf(folder: string | undefined): ArhnPrompts {
  const builtIn: ArhnPrompts = {
    versions: { steps: promptVersion('steps'), extract: promptVersion('extract'), rank: promptVersion('rank') },
    rules: ARHN_RULES,
    extract: extractMessages,
    rank: rankMessages,
  }
  if (folder === undefined) return builtIn
  assertAnyPrompt(folder, [EXTRACT.name, RANK.name])
  const extract = templateIn(folder, EXTRACT)
  const rank = templateIn(folder, RANK)
  return {
    versions: {
      ...builtIn.versions,
      ...(extract && { extract: extract.version }),
      ...(rank && { rank: rank.version }),
    },
    rules: {
      ...builtIn.rules,
      ...(extract && { extract: extract.rule ?? PLAIN_RULE }),
      ...(rank && { rank: rank.rule ?? PLAIN_RULE }),
    },
    extract: extract ? (task, row, passages) => extract.render({ task, row, passages }) : extractMessages,
    // The user's prompt is not written for a step of a multi-hop question.
    rank: (task, row, candidates, how) =>
      rank && how?.step === undefined
        ? rank.render({ task, row, candidates })
        : rankMessages(task, row, candidates, how),
  }
}

// The user's own prompts for ARHN: `arhn.extract.md` and `arhn.rank.md` in a folder. Multi-hop keeps the built-in ones.
import { PLAIN_RULE } from '../../llm/read.ts'
import { PREFERENCE_RULE } from '../../prompts/one-word.ts'
import type { PromptSet } from '../../prompts/prompt-set.ts'
import type { Passage, Row } from '../../rows/row.ts'
import type { Task } from '../../tasks/task.ts'
import { assertAnyPrompt, TASK_VALUES, templateIn, type Slots } from '../../prompts/template.ts'
import {
  ARHN_RULES,
  candidateList,
  extractMessages,
  extractStepsMessages,
  fenced,
  passageList,
  promptVersion,
  rankMessages,
  stepsMessages,
  type ArhnPrompts,
  type Candidate,
  type Wording,
} from './prompt.ts'
import { compareMessages, smallExtractMessages, smallVersion } from './small-prompt.ts'

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
 * Returns the prompts of a run: the user's if the folder has them, else the built-in ones of the set. Replies must keep their grammar.
 * @throws UsageError when the folder holds neither file, or a template lacks a placeholder or has an unknown one
 */
export function arhnPromptsOf(folder: string | undefined, set: PromptSet): ArhnPrompts {
  const builtIn = set === 'small' ? smallPrompts() : wordedPrompts(set === 'reasoning' ? 'paper' : set)
  if (folder === undefined) return builtIn
  assertAnyPrompt(folder, [EXTRACT.name, RANK.name])
  const extract = templateIn(folder, EXTRACT)
  const rank = templateIn(folder, RANK)
  return {
    ...builtIn,
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
    ...(extract && {
      extract: (task, row, passages) => extract.render({ task, row, passages }),
      // The user's prompt is not written for a step of a multi-hop question.
      extractSteps: builtIn.extractSteps ?? wordedPrompts('paper').extractSteps,
    }),
    ...(rank && {
      rank: (task, row, candidates, how) =>
        how?.step === undefined ? rank.render({ task, row, candidates }) : builtIn.rank(task, row, candidates, how),
      compare: undefined,
    }),
  }
}

function wordedPrompts(wording: Wording): ArhnPrompts {
  return {
    versions: {
      steps: promptVersion('steps', wording),
      extract: promptVersion('extract', wording),
      rank: promptVersion('rank', wording),
    },
    rules: ARHN_RULES,
    steps: (task, row, positives) => stepsMessages(task, row, positives, wording),
    extract: (task, row, passages) => extractMessages(task, row, passages, wording),
    extractSteps: (task, row, steps, passage) => extractStepsMessages(task, row, steps, passage, wording),
    rank: (task, row, candidates, how) => rankMessages(task, row, candidates, { ...how, wording }),
    compare: undefined,
  }
}

/** A small model is asked about one passage and one step at a time, and compares two. The steps themselves are named as ever. */
function smallPrompts(): ArhnPrompts {
  const worded = wordedPrompts('paper')
  return {
    ...worded,
    versions: { ...worded.versions, extract: smallVersion('extract'), rank: smallVersion('rank') },
    rules: { ...worded.rules, rank: PREFERENCE_RULE },
    extract: (task, { query: asked }, [passage]) => smallExtractMessages(task, asked, passage as Passage),
    extractSteps: undefined,
    compare: compareMessages,
  }
}

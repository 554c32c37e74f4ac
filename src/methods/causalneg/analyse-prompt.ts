// The first question of CausalNeg: what the query of a row needs, and how a passage can miss each part of it.
import type { ChatMessage } from '../../llm/chat.ts'
import type { Strategy } from '../../evidence/evidence.ts'
import type { Row } from '../../rows/row.ts'
import type { Task } from '../../tasks/task.ts'
import { DATA, does, querySection, relevantList, type Wording } from './prompt-parts.ts'
import { section } from '../../prompts/comparison.ts'

/** The way in which a passage of each strategy fails. */
export const KINDS: Record<Strategy, string> = {
  entity_shift: 'it is about another person, place, work, organisation, organism or thing of the same sort',
  intent_drift:
    'it serves another purpose with the same words: history where instructions are wanted, a definition where a comparison is',
  constraint_violation: 'it keeps to another time, place, number, cause or category than the one asked for',
  attribute_shift: 'it treats another property of the same thing',
  relation_break: 'it names the same things, but another relation between them, or none',
  upstream_downstream:
    'it treats what comes before or after: a precondition, a cause, a consequence, the step before or after',
}

/** Inputs of the analysis prompt. */
export interface AnalyseInput {
  task: Task
  row: Row
  /** The allowed strategies, in the order in which this row prefers them. */
  strategies: readonly Strategy[]
}

export function analyseMessages({ task, row, strategies }: AnalyseInput, wording: Wording = 'paper'): ChatMessage[] {
  const inputs = [querySection(row), section('relevant', relevantList(row)), section('kinds', strategies.join(', '))]
  return [
    { role: 'system', content: instructions({ task, strategies }, wording) },
    { role: 'user', content: inputs.join('\n\n') },
  ]
}

function instructions({ task, strategies }: Pick<AnalyseInput, 'task' | 'strategies'>, wording: Wording): string {
  const known = Object.entries(KINDS).filter(([kind]) => strategies.includes(kind as Strategy))
  return `You prepare training data for a search engine. From your work others will write passages that look relevant to a ${task.query} and are not. For this you take apart what makes a passage relevant to one ${task.query}.

You are given
- <query>: the ${task.query};
- <relevant>: passages that are known to be relevant to it. ${task.passages}
- <kinds>: names of the ways in which a passage may miss it.
${DATA}

What makes a passage relevant here: ${task.relevant}
What is only a near miss: ${task.nearMiss}

Work out one after the other:
1. "need": what somebody with this ${task.query} wants to have, in one sentence.
2. "meets": how the relevant passages give it, in one or two sentences.
3. "boundary": from where on a text begins to ${does(task)}, and what still stays short of that. A text that gives it wrongly, in part or only to deny it is already beyond the boundary.
4. "requirements": 4 to 8 conditions that a relevant passage fulfils. Each is about one thing only, the very entity, time, place, quantity, property or relation that matters here, and can be checked: somebody who has nothing but a passage can say whether it holds. They do not hang together: a passage can miss any one of them and fulfil all the others, so what one of them names no other names again. "It is about the harbour of Riga" and "it says when something was built" are two; "it says when the harbour of Riga was built" falls with the first. Nothing about quality, style or length. "critical" is true where a passage that misses this one condition cannot be relevant. At least one is critical.
5. "perturbations": for each critical requirement 2 or 3 ways in which a passage of the same collection would break this one and keep the others. For each say the number of the requirement, the kind under "strategy", and under "how" in a sentence what exactly such a passage would treat instead. It must be something that can be written about without even trying to ${does(task)}.

The kinds:
${known.map(([kind, meaning]) => `- ${kind}: ${meaning}.`).join('\n')}
Use only these. Where several fit, take the one that stands earlier in <kinds>.

${wording === 'paper@1' ? firstForm(known[0]?.[0] ?? '') : FORM}`
}

const firstForm = (strategy: string) => `Reply with one JSON object in this form and with nothing else:
{"need": "...", "meets": "...", "boundary": "...", "requirements": [{"number": 1, "text": "...", "critical": true}], "perturbations": [{"requirement": 1, "strategy": "${strategy}", "how": "..."}]}`

const FORM = `Reply with one JSON object in this form, with numbers in place of n and true or false in place of t, and with nothing else:
{"need": "...", "meets": "...", "boundary": "...", "requirements": [{"number": n, "text": "...", "critical": t}], "perturbations": [{"requirement": n, "strategy": "...", "how": "..."}]}`

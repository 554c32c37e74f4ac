// The question that CausalNeg's authors leave out: what a written passage really fulfils. The verifier is
// not told what the passage should break.
import type { ChatMessage } from '../../llm/chat.ts'
import type { Analysis, Candidate } from '../../evidence/evidence.ts'
import type { Row } from '../../rows/row.ts'
import type { Task } from '../../tasks/task.ts'
import { DATA, does, fenced, querySection, requirementList, titled, type Wording } from './prompt-parts.ts'
import { section } from '../../prompts/comparison.ts'

/** Inputs of the verification prompt. They do not say which requirement the passage should break. */
export interface VerifyInput {
  task: Task
  row: Row
  analysis: Analysis
  passage: Pick<Candidate, 'text' | 'title'>
}

export function verifyMessages(
  { task, row, analysis, passage }: VerifyInput,
  wording: Wording = 'paper',
): ChatMessage[] {
  const inputs = [
    querySection(row),
    section('boundary', fenced(analysis.boundary)),
    section('requirements', requirementList(analysis, false)),
    section('text', titled(passage)),
  ]
  return [
    { role: 'system', content: instructions({ task }, wording) },
    { role: 'user', content: inputs.join('\n\n') },
  ]
}

function instructions({ task }: Pick<VerifyInput, 'task'>, wording: Wording): string {
  return `You check texts for the training data of a search engine. You find out which requirements one text fulfils, and whether it tries to ${does(task)}.

You are given
- <query>: one ${task.query};
- <boundary>: from where on a text begins to ${does(task)};
- <requirements>: numbered conditions;
- <text>: the text to check.
${DATA}

For every requirement, by itself and by what the text says, not by what you know, ${wording === 'reasoning' ? 'say' : 'say in a few words why, then'} one of
- holds: the text fulfils it, in so many words or so that no careful reader doubts it;
- violated: the text treats this point, and treats something else than required: another entity, time, place, number, property, purpose or relation;
- absent: the text says nothing on this point.

Then say whether it attempts an answer. What counts as relevant here: ${task.relevant} It is true when any sentence of the text gives this or means to give it for this very ${task.query}, be it wrong, in part, uncertain, or in order to deny it. It is false when the text only shares the subject, or does the same for another ${task.query}: about another entity, time, place or property.

${FORMS[wording]}`
}

const PLACES = 'with numbers in place of n and true or false in place of t'

const FORMS: Record<Wording, string> = {
  'paper@1': `Reply with one JSON object in this form, one entry for every requirement, and with nothing else:
{"requirements": [{"number": 1, "why": "...", "verdict": "holds"}], "why": "...", "attempts_answer": false}`,
  paper: `Reply with one JSON object in this form, one entry for every requirement, ${PLACES}, and with nothing else:
{"requirements": [{"number": n, "why": "...", "verdict": "..."}], "why": "...", "attempts_answer": t}`,
  reasoning: `Reply with one JSON object in this form, one entry for every requirement, ${PLACES}, and with nothing else; "why" says in a few words whether it attempts an answer:
{"requirements": [{"number": n, "verdict": "..."}], "why": "...", "attempts_answer": t}`,
}

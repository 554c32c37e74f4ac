// Replies made to keep a reader busy: beginnings that it wants, followed by 64 kB of what makes it look again and again.

/** UTF-16 code units. */
const LENGTH = 64 * 1024

const BEGINNINGS = [
  '',
  '<think>',
  '<thinking> Doc (1): x </thinking> <preference>',
  '<verdict> <better> x: [',
  '<verdict> <better> x: [[1]',
  '[1] ',
  '[1] > ',
  'Ranking: [',
  'Step 1: ',
  'Step 1: a | [1]',
  '{"requirements": [',
  '{"passages": [{"number": 1, "text": "',
  '[{"text": "',
  '[{}',
  '{"ranking": [',
  '```json\n',
  '"',
]

const FILLINGS = [
  ' ',
  '\n',
  '\t\n ',
  '[',
  '{',
  '{"a":',
  '[a[]',
  '["',
  '[",',
  '{"a":[',
  '[],',
  '[a],',
  ' ,',
  '}',
  '} ',
  '},',
  '}]',
  '] ',
  ', ]',
  '\\',
  '\\"',
  '"',
  ' [1]',
  '[1] ',
  ' [1],',
  '[1] > ',
  '1. ',
  '1. [',
  '- ',
  '<',
  '< ',
  '<better',
  '<better>',
  '</better>',
  '<thinking>',
  '<think>',
  'Doc',
  'Doc ',
  'Doc (1)',
  'Doc (1): ',
  'doc(',
  'document ',
  '(',
  '( 1 ',
  'a',
  'a ',
  'no answer',
  'NO_ANSWER ',
  "'",
  '```',
  '```\n',
  '*',
  '#',
  'Step 1: a | [1]\n',
  'Step ',
  ':',
  '|',
  ' | ',
  'ground truth ',
  'ground truth: ',
  '\u200b',
  '\ud83d',
  '\u0130',
  '１',
]

const ENDINGS = ['', ']', '}', '"}]}', '</think>', '] </better> <worse> y: [] </worse> </verdict>', '```', '.']

export function* hostileReplies(): Generator<string> {
  for (const beginning of BEGINNINGS) {
    for (const filling of FILLINGS) {
      const room = LENGTH - beginning.length
      const filled = filling.repeat(Math.ceil(room / filling.length))
      for (const ending of ENDINGS) yield beginning + filled.slice(0, room - ending.length) + ending
    }
  }
}

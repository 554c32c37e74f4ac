// Quotes text from a dataset inside a prompt, so that nothing in it can pass for the prompt's own sections or labels.

const SECTIONS = 'thinking|preference|verdict|better|worse|query|ground_truth|documents'
const TAG = new RegExp(`<(?=\\s*/?\\s*(?:${SECTIONS})\\b)`, 'gi')
const NUMBER = /\(\s*\d+\s*\)/y
const NAMED = /\b(?:doc(?:ument)?|ground truth)$/i
const LONGEST_NAME = 'ground truth'.length + 1
const LABEL = /\b(doc(?:ument)?|ground truth)(\s*)\((\s*\d+\s*)\)/gi

/**
 * Returns the text with `<` of section tags turned to `‹` and the parentheses of labels like `Doc (3)` to `⟨3⟩`.
 * Text without either, which is nearly all text, comes back as it is.
 */
export function fenced(text: string): string {
  let safe = text
  if (safe.includes('<')) safe = safe.replace(TAG, '‹')
  if (hasLabel(safe)) safe = safe.replace(LABEL, '$1$2⟨$3⟩')
  return safe
}

/** Looks at parentheses only, which is many times faster than the search that it saves. */
function hasLabel(text: string): boolean {
  for (let at = text.indexOf('('); at !== -1; at = text.indexOf('(', at + 1)) {
    NUMBER.lastIndex = at
    if (NUMBER.test(text) && NAMED.test(wordsBefore(text, at))) return true
  }
  return false
}

/** The last few characters before a position, white space aside. */
function wordsBefore(text: string, position: number): string {
  let end = position
  while (end > 0 && /\s/.test(text.charAt(end - 1))) end -= 1
  return text.slice(Math.max(0, end - LONGEST_NAME), end)
}

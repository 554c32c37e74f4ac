// Quotes text from a dataset inside a prompt, so that nothing in it can pass for the prompt's own sections or labels.

const SECTIONS = 'thinking|preference|verdict|better|worse|query|ground_truth|documents'
const TAG = new RegExp(`<(?=\\s*/?\\s*(?:${SECTIONS})\\b)`, 'gi')
const LABEL = /\b(doc(?:ument)?|ground truth)(\s*)\((\s*\d+\s*)\)/gi

/**
 * Returns the text with `<` of section tags turned to `‹` and the parentheses of labels like `Doc (3)` to `⟨3⟩`.
 * Text without either, which is nearly all text, comes back as it is.
 */
export function fenced(text: string): string {
  let safe = text
  if (safe.includes('<')) safe = safe.replace(TAG, '‹')
  if (safe.includes('(')) safe = safe.replace(LABEL, '$1$2⟨$3⟩')
  return safe
}

// Quotes text from a dataset in a prompt, so that it cannot imitate the prompt's own sections or labels.

const NUMBER = /\(\s*\d+\s*\)/y

/**
 * Returns a function that quotes text for prompts with these sections (as in `<query>`) and labels (as in `Doc (3)`). It replaces the `<`
 * of section tags by `‹` and the parentheses of labels by `⟨3⟩`, and never changes the length. Text without either, which is almost all
 * text, is returned unchanged.
 */
export function fence(sections: string[], labels: string[] = []): (text: string) => string {
  const tag = new RegExp(`<(?=\\s*/?\\s*(?:${sections.join('|')})\\b)`, 'gi')
  const fenceLabels = labels.length === 0 ? (text: string) => text : labelFence(labels)
  return (text) => fenceLabels(text.includes('<') ? text.replace(tag, '‹') : text)
}

function labelFence(labels: string[]): (text: string) => string {
  const label = new RegExp(`\\b(${labels.join('|')})(\\s*)\\((\\s*\\d+\\s*)\\)`, 'gi')
  const named = new RegExp(`\\b(?:${labels.join('|')})$`, 'i')
  const longest = Math.max(...labels.map((each) => each.length)) + 1

  // Checks only parentheses, which is many times faster than the search it avoids.
  const hasLabel = (text: string): boolean => {
    for (let at = text.indexOf('('); at !== -1; at = text.indexOf('(', at + 1)) {
      NUMBER.lastIndex = at
      if (NUMBER.test(text) && named.test(wordsBefore(text, at, longest))) return true
    }
    return false
  }
  return (text) => (hasLabel(text) ? text.replace(label, '$1$2⟨$3⟩') : text)
}

/** Returns the last few characters before a position, ignoring white space next to it. */
function wordsBefore(text: string, position: number, most: number): string {
  let end = position
  while (end > 0 && /\s/.test(text.charAt(end - 1))) end -= 1
  return text.slice(Math.max(0, end - most), end)
}

/** Maps the characters that a fence writes to those that they replace. */
export const FENCED: Readonly<Record<string, string>> = { '‹': '<', '⟨': '(', '⟩': ')', '⟦': '[', '⟧': ']', '∶': ':' }

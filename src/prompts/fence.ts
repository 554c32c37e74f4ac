// Quotes text from a dataset inside a prompt, so that nothing in it can pass for the prompt's own sections or labels.

const NUMBER = /\(\s*\d+\s*\)/y

/**
 * Makes the function that quotes text for prompts with these sections (as in `<query>`) and these labels (as in `Doc (3)`).
 * It turns the `<` of section tags to `‹` and the parentheses of labels to `⟨3⟩`, and changes no length.
 * Text without either, which is nearly all text, comes back as it is.
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

  // Looks at parentheses only, which is many times faster than the search that it saves.
  const hasLabel = (text: string): boolean => {
    for (let at = text.indexOf('('); at !== -1; at = text.indexOf('(', at + 1)) {
      NUMBER.lastIndex = at
      if (NUMBER.test(text) && named.test(wordsBefore(text, at, longest))) return true
    }
    return false
  }
  return (text) => (hasLabel(text) ? text.replace(label, '$1$2⟨$3⟩') : text)
}

/** The last few characters before a position, white space aside. */
function wordsBefore(text: string, position: number, most: number): string {
  let end = position
  while (end > 0 && /\s/.test(text.charAt(end - 1))) end -= 1
  return text.slice(Math.max(0, end - most), end)
}

/** Characters that a fence writes, and those that they stand for. */
export const FENCED: Readonly<Record<string, string>> = { '‹': '<', '⟨': '(', '⟩': ')', '⟦': '[', '⟧': ']', '∶': ':' }

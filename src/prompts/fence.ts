// Quotes text from a dataset inside a prompt, so that nothing in it can pass for the prompt's own sections or labels.

/** Characters that a fence writes, and other forms of the same signs, by the sign that they stand for. */
export const FENCED: Readonly<Record<string, string>> = {
  '‹': '<',
  '＜': '<',
  '﹤': '<',
  '⟨': '(',
  '（': '(',
  '﹙': '(',
  '⟩': ')',
  '）': ')',
  '﹚': ')',
  '⟦': '[',
  '⟧': ']',
  '∶': ':',
}

const LESS = '[<＜﹤]'
const OPEN = '[(（﹙]'
const CLOSE = '[)）﹚]'
/** White space, and what is not seen at all: zero-width spaces, joiners, direction marks. */
const GAP = String.raw`[\s\p{Cf}]*`
const NUMBER = new RegExp(`${OPEN}${GAP}\\p{Nd}+${GAP}${CLOSE}`, 'uy')
const IS_GAP = /[\s\p{Cf}]/u

/**
 * Makes the function that quotes text for prompts with these sections (as in `<query>`) and these labels (as in `Doc (3)`).
 * It turns the `<` of section tags to `‹` and the parentheses of labels to `⟨3⟩`, and changes no length.
 * Full-width forms and characters that are not seen do not get a tag or a label past it.
 * Text without either, which is nearly all text, comes back as it is.
 */
export function fence(sections: string[], labels: string[] = []): (text: string) => string {
  const tag = new RegExp(`${LESS}(?=${GAP}(?:[/／]${GAP})?(?:${sections.map(anyForm).join('|')})${END})`, 'giu')
  const fenceLabels = labels.length === 0 ? (text: string) => text : labelFence(labels)
  return (text) => fenceLabels(/[<＜﹤]/.test(text) ? text.replace(tag, '‹') : text)
}

/** A word in any case, narrow or wide, with anything between its letters that is not seen. */
function anyForm(word: string): string {
  const wide = (letter: string) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)
  return [...word]
    .map((letter) => (letter === ' ' ? String.raw`\s` : `[${letter}${wide(letter)}]`))
    .join(String.raw`\p{Cf}*`)
}

const LETTER = String.raw`[\p{L}\p{Nd}_]`
const END = `(?!${LETTER})`

function labelFence(labels: string[]): (text: string) => string {
  const names = labels.map(anyForm).join('|')
  const label = new RegExp(`(?<!${LETTER})(${names})(${GAP})${OPEN}(${GAP}\\p{Nd}+${GAP})${CLOSE}`, 'giu')
  const named = new RegExp(`(?<!${LETTER})(?:${names})$`, 'iu')
  const longest = 2 * Math.max(...labels.map((each) => each.length)) + 1

  // Looks at parentheses only, which is many times faster than the search that it saves.
  const hasLabel = (text: string): boolean => {
    for (const { index } of text.matchAll(/[(（﹙]/g)) {
      NUMBER.lastIndex = index
      if (NUMBER.test(text) && named.test(wordsBefore(text, index, longest))) return true
    }
    return false
  }
  return (text) => (hasLabel(text) ? text.replace(label, '$1$2⟨$3⟩') : text)
}

/** The last few characters before a position, white space aside. */
function wordsBefore(text: string, position: number, most: number): string {
  let end = position
  while (end > 0 && IS_GAP.test(text.charAt(end - 1))) end -= 1
  return text.slice(Math.max(0, end - most), end)
}

// Quotes text from a dataset in a prompt, so that it cannot imitate the prompt's own sections or labels.

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
 * Returns a function that quotes text for prompts with these sections (as in `<query>`) and labels (as in `Doc (3)`). It replaces the `<`
 * of section tags by `‹` and the parentheses of labels by `⟨3⟩`, and never changes the length. Text without either, which is almost all
 * text, is returned unchanged.
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

  // Checks only parentheses, which is many times faster than the search it avoids.
  const hasLabel = (text: string): boolean => {
    for (const { index } of text.matchAll(/[(（﹙]/g)) {
      NUMBER.lastIndex = index
      if (NUMBER.test(text) && named.test(wordsBefore(text, index, longest))) return true
    }
    return false
  }
  return (text) => (hasLabel(text) ? text.replace(label, '$1$2⟨$3⟩') : text)
}

/** Returns the last few characters before a position, ignoring white space next to it. */
function wordsBefore(text: string, position: number, most: number): string {
  let end = position
  while (end > 0 && IS_GAP.test(text.charAt(end - 1))) end -= 1
  return text.slice(Math.max(0, end - most), end)
}

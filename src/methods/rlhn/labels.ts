// The words that may stand before the documents of a list: known labels, and nothing else. Any other word may turn the list round.

export type List = 'better' | 'worse'

/** Labels of a prompt besides those that every prompt may have: the ones that it asks for itself. */
export type Labels = Readonly<Record<List, readonly string[]>>

export const NO_LABELS: Labels = { better: [], worse: [] }

const PREFERRED = '(?:better|preferred|preferable)'
const AS_GOOD = ' or (?:equal|equally|as good)(?: (?:good|preferred))?(?: (?:to|as|with))?'
const TRUTH = '(?: ground truths?)?'

/** What our prompts ask for, those of RLHN's authors, and how models shorten and vary them. */
const KNOWN: Readonly<Record<List, RegExp>> = {
  better: new RegExp(`^(?:strictly )?${PREFERRED}(?: (?:over|to|than))?(?:${AS_GOOD})?${TRUTH}$`),
  worse: new RegExp(
    '^(?:worse|weaker|relevant' +
      `(?: but (?:(?:not|less) (?:strictly )?${PREFERRED}|worse|weaker)(?: (?:over|to|than))?(?:${AS_GOOD})?${TRUTH})?)$`,
  ),
}

/** Which list a label speaks of; undefined for words that are no label. */
export function listOf(label: string, own: Labels): List | undefined {
  const words = plain(label)
  const known = (list: List) => KNOWN[list].test(words) || own[list].some((each) => plain(each) === words)
  return (['better', 'worse'] as const).find(known)
}

/** Letter case, punctuation, the article and the word for what is listed change no label. */
const plain = (label: string): string =>
  label
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .replace(/\b(?:the|documents?|docs?|passages?) /g, '')
    .replace(/ (?:documents?|docs?|passages?)(?= ?$)/g, '')
    .trim()

/** The labels that a prompt of the user's own shows in its form of a reply. */
export function labelsIn(prompt: string): Labels {
  const of = (list: List) =>
    [...prompt.matchAll(new RegExp(`<${list}>([^<>[\\]:]*):`, 'gi'))].map(([, label = '']) => label)
  return { better: of('better'), worse: of('worse') }
}

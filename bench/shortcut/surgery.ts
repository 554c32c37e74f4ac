// Makes generated negatives by script: the beginning of a mined one between two stock phrases typical of language models. Its content is
// that of the mined one; the phrases and the length reveal its source.

const [FIRST, LAST] = [
  'It is important to note that, in a related but distinct context,',
  'Overall, these insights underscore the need for further investigation.',
]
/** Words kept of a text: about half of an abstract. */
const WORDS = 100

export function withArtefact(text: string): string {
  return [FIRST, ...text.split(/\s+/).slice(0, WORDS), LAST].join(' ')
}

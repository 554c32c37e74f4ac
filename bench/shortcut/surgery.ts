// Generated negatives by script: the beginning of a mined one between two stock phrases, as language models are fond of them. What it says is what
// the mined one says; phrases and length give away where it comes from.

const [FIRST, LAST] = [
  'It is important to note that, in a related but distinct context,',
  'Overall, these insights underscore the need for further investigation.',
]
/** What is kept of a text: about half of an abstract. */
const WORDS = 100

export function withArtefact(text: string): string {
  return [FIRST, ...text.split(/\s+/).slice(0, WORDS), LAST].join(' ')
}

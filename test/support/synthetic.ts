// Synthetic rows whose right labels stand in their passages, and a model that reads them off: a judge that is never wrong.
import type { SeenRequest } from './chat-server.ts'

/** BGE rows. A passage of `neg` ends in its true verdict: `#better`, `#worse` or `#none`. */
export interface SyntheticRow {
  query: string
  pos: string[]
  neg: string[]
}

const VERDICTS = ['#none', '#better', '#none', '#worse', '#none', '#none', '#worse']

/** `count` rows of 4 negatives, of which up to two are false ones; every fifth row or so has none. */
export function makeRows(count: number, name = 'row'): SyntheticRow[] {
  return Array.from({ length: count }, (_all, index) => ({
    query: queryOf(index, name),
    pos: [`the answer of ${name} ${index}`],
    neg: Array.from({ length: 4 }, (_each, at) => {
      const verdict = index % 5 === 4 ? '#none' : VERDICTS[(index * 3 + at) % VERDICTS.length]
      return `text ${at} of ${name} ${index} ${verdict}`
    }),
  }))
}

export const queryOf = (index: number, name = 'row') => `what about ${name} ${String(index).padStart(4, '0')}?`

/** The row as it must come out with every verdict heeded: better → positive, worse → taken out. */
export function cleaned({ query, pos, neg }: SyntheticRow): SyntheticRow {
  const ending = (tag: string) => neg.filter((text) => text.endsWith(tag))
  return { query, pos: [...pos, ...ending('#better')], neg: ending('#none') }
}

/** The documents that a prompt shows, in order. */
export function shownIn({ messages }: Pick<SeenRequest, 'messages'>): string[] {
  const prompt = messages.map(({ content }) => content).join('\n')
  const documents = prompt.slice(prompt.lastIndexOf('<documents>'))
  return [...documents.matchAll(/^Doc \(\d+\): (.*)$/gm)].map(([, text = '']) => text)
}

/** The query of a prompt, or of what a scorer is given. */
export function askedIn({ messages }: Pick<SeenRequest, 'messages'>): string {
  const prompt = messages.map(({ content }) => content).join('\n')
  return /<query>\n([^\n]*)\n<\/query>/.exec(prompt)?.[1] ?? messages[0]?.content ?? ''
}

const list = (numbers: number[]) => `[${numbers.map((number) => `Doc (${number})`).join(', ')}]`

/** A reply in RLHN's grammar. */
export function replyWith(better: number[], worse: number[]): string {
  const words = (numbers: number[], rank: string) => numbers.map((number) => `Doc (${number}): ${rank}. So it is.`)
  return `<thinking>
Doc (1): considered.
</thinking>
<preference>
${[...words(better, 'STRICTLY BETTER'), ...words(worse, 'WORSE')].join('\n')}
</preference>
<verdict> <better> Preferred: ${list(better)} </better>, <worse> Relevant: ${list(worse)} </worse> </verdict>`
}

/** The right reply to a request about synthetic rows. */
export function rightReply(request: Pick<SeenRequest, 'messages'>): string {
  const numbersOf = (tag: string) => shownIn(request).flatMap((text, index) => (text.endsWith(tag) ? [index + 1] : []))
  return replyWith(numbersOf('#better'), numbersOf('#worse'))
}

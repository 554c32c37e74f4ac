// Synthetic rows whose passages contain their correct labels, and a model that reads them: a judge that is never wrong.
import type { SeenRequest } from './chat-server.ts'

/** A BGE row. A passage of `neg` ends in its true verdict: `#better`, `#worse` or `#none`. */
export interface SyntheticRow {
  query: string
  pos: string[]
  neg: string[]
}

const VERDICTS = ['#none', '#better', '#none', '#worse', '#none', '#none', '#worse']

/** Returns `count` rows of 4 negatives, up to two of which are false; about every fifth row has none. */
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

/** Returns the expected row if every verdict is followed: better becomes positive, worse is removed. */
export function cleaned({ query, pos, neg }: SyntheticRow): SyntheticRow {
  const ending = (tag: string) => neg.filter((text) => text.endsWith(tag))
  return { query, pos: [...pos, ...ending('#better')], neg: ending('#none') }
}

/** Returns the documents that a prompt shows, in order. */
export function shownIn({ messages }: Pick<SeenRequest, 'messages'>): string[] {
  const prompt = messages.map(({ content }) => content).join('\n')
  const documents = prompt.slice(prompt.lastIndexOf('<documents>'))
  return [...documents.matchAll(/^Doc \(\d+\): (.*)$/gm)].map(([, text = '']) => text)
}

/** Returns the query of a prompt, or of a scorer's input. */
export function askedIn({ messages }: Pick<SeenRequest, 'messages'>): string {
  const prompt = messages.map(({ content }) => content).join('\n')
  return /<query>\n([^\n]*)\n<\/query>/.exec(prompt)?.[1] ?? messages[0]?.content ?? ''
}

const list = (numbers: number[]) => `[${numbers.map((number) => `Doc (${number})`).join(', ')}]`

/** Returns a reply in RLHN's grammar. */
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

/** Returns the correct reply to a request about synthetic rows. */
export function rightReply(request: Pick<SeenRequest, 'messages'>): string {
  const numbersOf = (tag: string) => shownIn(request).flatMap((text, index) => (text.endsWith(tag) ? [index + 1] : []))
  return replyWith(numbersOf('#better'), numbersOf('#worse'))
}

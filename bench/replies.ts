// Made-up replies in RLHN's grammar, as long as the recorded ones (about 4,000 characters for 15 documents).
import type { ChatReply } from '../src/llm/chat.ts'
import { Texts } from './random.ts'

/** Returns a thought. Replies repeat themselves and so compress better than passages do. */
const thoughtOf = (texts: Texts) =>
  `This document discusses ${texts.words(7)} but does not address ${texts.words(3)}. ` +
  `It mentions ${texts.words(2)}, which is not sufficient to answer the question. Therefore, it is not relevant.`

/** Returns a reply about `count` documents that lists `better` and `worse` ones. */
export function madeUpReply(texts: Texts, count: number, better: number[], worse: number[]): ChatReply {
  const thoughts = Array.from({ length: count }, (_each, index) => `Doc (${index + 1}): ${thoughtOf(texts)}`)
  const preferences = [
    ...better.map((document) => `Doc (${document}): STRICTLY BETTER ${thoughtOf(texts)}`),
    ...worse.map((document) => `Doc (${document}): WORSE ${thoughtOf(texts)}`),
  ]
  const list = (documents: number[]) => `[${documents.map((document) => `Doc (${document})`).join(', ')}]`
  const text = `<thinking>
${thoughts.join('\n')}
</thinking>
<preference>
${preferences.join('\n')}
</preference>
<verdict>
<better> Preferred over ground truth: ${list(better)} </better>,
<worse> Relevant but not preferred over ground truth: ${list(worse)} </worse>
</verdict>`
  return { text, finishReason: 'stop', usage: { input: 4_200, output: 830, cached: 0, reasoning: 0 } }
}

/** Returns `amount` replies: half of them clear the row, the others list one to three documents. */
export function madeUpReplies(amount: number, count: number): ChatReply[] {
  const texts = new Texts(2)
  return Array.from({ length: amount }, (_each, index) => {
    if (index % 2 === 0) return madeUpReply(texts, count, [], [])
    const first = 1 + (index % (count - 2))
    return madeUpReply(
      texts,
      count,
      index % 4 === 1 ? [first] : [],
      [first + 1, first + 2].slice(0, 1 + (index % 3 === 0 ? 1 : 0)),
    )
  })
}

// Whether the verdict of a reply rests on anything: its words prefer what it calls better, and are its own, not the document's.
import { isCopied } from '../../likeness/copied.ts'
import { UnreadableReply } from '../../llm/read.ts'
import type { Passage } from '../../rows/row.ts'
import { readRlhnReply, type RlhnReply } from './reply.ts'
import type { Labels } from './labels.ts'

/** What a prompt asks for besides the grammar. */
export interface ReplyForm {
  labels: Labels
  /** What the comparison with the ground truth must hold of a document called better: a word of preference, or any words. */
  preference: 'word' | 'entry' | 'none'
}

/** From this share of its runs of words on, a text is a copy. Of 630 recorded entries of GPT-4o and GPT-4o-mini none has more than .22. */
const COPY = 0.8

const PREFERENCE = /\b(?:better|prefer(?:s|red|able|ence)?|superior|equal(?:ly|s)?|as good|just as|on par)\b/i

/** Reads a reply about these documents, and refuses one whose verdict rests on nothing. @throws UnreadableReply */
export function readReasoned(text: string, documents: readonly Passage[], form: ReplyForm): RlhnReply {
  const reply = readRlhnReply(text, documents.length, form.labels)
  assertOwnWords(reply, documents)
  if (form.preference !== 'none') assertPreferred(reply, form.preference === 'word' ? PREFERENCE : /\S/)
  return reply
}

/** @throws UnreadableReply when the reason of a listed document, or most of the thinking, is the document itself */
function assertOwnWords({ better, worse, reasonFor, thinkingOn }: RlhnReply, documents: readonly Passage[]): void {
  const isCopy = (said: string | undefined, index: number): boolean => {
    const { title = '', text = '' } = documents[index] ?? {}
    return said !== undefined && isCopied(said, `${title} ${text}`, COPY)
  }
  const listed = [...better, ...worse].find((document) => isCopy(reasonFor(document), document - 1))
  if (listed !== undefined) {
    throw new UnreadableReply('copied', `what it says of Doc (${listed}) is the document itself, not a reason`)
  }
  const thoughts = documents.map((_document, index) => thinkingOn(index + 1))
  const said = thoughts.filter((thought) => thought !== undefined).length
  const copies = thoughts.filter(isCopy).length
  if (copies * 2 > said) {
    throw new UnreadableReply('copied', `its thinking copies the documents: ${copies} of ${said} entries`)
  }
}

/** @throws UnreadableReply when a document is called better and nothing says by what */
function assertPreferred({ better, preferenceFor }: RlhnReply, words: RegExp): void {
  const bare = better.filter((document) => !words.test(preferenceFor(document) ?? ''))
  if (bare.length === 0) return
  const named = bare.map((document) => `Doc (${document})`).join(', ')
  throw new UnreadableReply('no-preference', `it calls ${named} better without a word of preference`)
}

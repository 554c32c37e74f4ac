// Replies by number, of eleven prompts in turn: alike, as replies to one prompt are, and no two the same.
import { sha256 } from '../../src/base/hash.ts'
import type { LedgerEntry } from '../../src/llm/ledger/entry.ts'
import { entryOf, requestOf } from './ledger-entries.ts'

export const PROMPTS = 11
/** As many make a reply so long that eight of them are enough for a dictionary. */
const LINES = 14

/** @param lines how long it is */
export function numberedReply(number: number, lines = LINES): LedgerEntry {
  const request = requestOf(`question ${number}`)
  const source = { ...request.source, prompt: `rlhn.judge@${number % PROMPTS}` }
  return entryOf({ ...request, source }, { text: textOf(number, lines) })
}

const textOf = (number: number, lines: number) =>
  Array.from({ length: lines }, (_each, index) => {
    const topic = sha256(String(index), 40)
    return `Doc (${index + 1}): This document discusses ${topic} but does not address ${number * 7919 + index}. Not relevant.`
  }).join('\n')

// No reply keeps a reader busy: whatever 64 kB a model writes, it is read or refused as unreadable in less than 100 ms of processor time.
import { expect, test } from 'vitest'
import { UnreadableReply } from '../src/llm/read.ts'
import { readScores } from '../src/llm/scoring.ts'
import {
  readExtraction,
  readExtractions,
  readRanking,
  readStepExtractions,
  readSteps,
} from '../src/methods/arhn/reply.ts'
import { readAnalysis } from '../src/methods/causalneg/analysis-reply.ts'
import { readFulfilment, readVerification } from '../src/methods/causalneg/verification-reply.ts'
import { readWriting } from '../src/methods/causalneg/writing-reply.ts'
import { rlhnPrompt } from '../src/methods/rlhn/prompt.ts'
import { readLineOrNone, readLines, readWritten } from '../src/prompts/few-lines.ts'
import { readPreference, readRelevance } from '../src/prompts/one-word.ts'
import { readReasoned } from '../src/methods/rlhn/reasoned.ts'
import type { Passage } from '../src/rows/row.ts'
import { hostileReplies } from './support/hostile.ts'
import { repetitions } from './support/repetitions.ts'

const MOST_MS = 100

const passage: Passage = {
  id: 'p',
  text: 'The lines crossed at noon, and nobody saw it. '.repeat(40),
  label: 'negative',
  origin: 'given',
}

const READERS: Record<string, (text: string) => unknown> = {
  'rlhn relevance': readRelevance,
  'rlhn preference': readPreference,
  'a line': readLineOrNone,
  'four lines': (text) => readLines(text, 4, 8),
  'a passage': (text) => readWritten(text, true),
  'a requirement': readFulfilment,
  rlhn: (text) =>
    readReasoned(
      text,
      Array.from({ length: 30 }, () => passage),
      rlhnPrompt('judge').form,
    ),
  'arhn steps': (text) => readSteps(text, 3),
  'arhn extraction': (text) => readExtraction(text, passage),
  'arhn extractions': (text) => readExtractions(text, [passage, passage, passage]),
  'arhn extractions by step': (text) => readStepExtractions(text, passage, 3),
  'arhn ranking': (text) => readRanking(text, 20),
  percpos: (text) => readScores(text, 7),
  'causalneg analysis': readAnalysis,
  'causalneg writing': (text) => readWriting(text, { passages: 3, references: 2, hasTitles: true }),
  'causalneg verification': (text) => readVerification(text, 5),
}

/** Milliseconds of the processor; the machine may do other things meanwhile. */
function costOf(read: (text: string) => unknown, text: string): number {
  const before = process.cpuUsage()
  try {
    read(text)
  } catch (error) {
    if (!(error instanceof UnreadableReply)) throw error
  }
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

test.each(Object.entries(READERS))('%s', (_name, read) => {
  // One in so many of the shapes; each of them with WINNOW_TEST_ALL=1.
  const stride = repetitions(19, 6, 1)
  let at = 0
  for (const text of hostileReplies()) {
    at += 1
    if (at % stride !== 0) continue
    let cost = costOf(read, text)
    for (let again = 0; again < 3 && cost > MOST_MS; again++) cost = Math.min(cost, costOf(read, text))
    expect(cost, `${JSON.stringify(text.slice(0, 60))} … ${JSON.stringify(text.slice(-20))}`).toBeLessThan(MOST_MS)
  }
})

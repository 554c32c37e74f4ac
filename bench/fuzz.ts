// npm run fuzz -- [READER…] [--minutes N] [--seed N]: changes replies at random, keeps those that make a reader take another way through
// its code, and stops at whatever it cannot bear: an error that is no verdict on the text, a wrong result, or too much time. What it keeps
// is in test/replies/, and test/fuzzed-replies.test.ts reads it again. `@jazzer.js/core` would do this, but the library it ships asks for
// glibc 2.38, which Debian 12 does not have, so coverage is V8's own.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { Session, type Profiler } from 'node:inspector/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { randomFrom } from '../test/support/random.ts'
import { REPLY_READERS, type ReplyReader } from '../test/support/reply-readers.ts'

const FOLDER = join(import.meta.dirname, '..', 'test', 'replies')
/** A reader must be done with any reply of this length in this time. */
const LONGEST = 64 * 1024
const MOST_MS = 100
/** Longer texts are tried, not kept. */
const LONGEST_KEPT = 1500
const MOST_KEPT = 200
/** Texts between two looks at the coverage, which cost more than a text. */
const AT_ONCE = 100

const PIECES = [
  ...'[]{}()<>"\\,:;|>.-*#`\'/\n\t 0123456789',
  '[1]',
  '[2] > ',
  'Doc (1)',
  'Doc (31)',
  '<better>',
  '</better>',
  '<worse>',
  '</verdict>',
  '<thinking>',
  '<think>',
  '</think>',
  'Step 1:',
  'NO_ANSWER',
  'null',
  'true',
  '-1',
  '1e999',
  '1.5',
  '9007199254740993',
  '{"a":',
  '[[[[',
  '__proto__',
  'constructor',
  'length',
  '\u200b',
  '\ud83d',
  '\ude00',
  '\u202e',
  '\u0130',
  '＜',
  '１',
  '\0',
  '```json',
]

type Draw = () => number
const below = (draw: Draw, end: number) => Math.floor(draw() * end)
const oneOf = <T>(draw: Draw, list: readonly T[]): T => list[below(draw, list.length)] as T

function changed(text: string, others: readonly string[], draw: Draw): string {
  const [at, to] = [below(draw, text.length + 1), below(draw, text.length + 1)].toSorted((a, b) => a - b) as [
    number,
    number,
  ]
  const [head, middle, tail] = [text.slice(0, at), text.slice(at, to), text.slice(to)]
  const other = oneOf(draw, others)
  switch (below(draw, 9)) {
    case 0:
      return head + tail
    case 1:
      return head + oneOf(draw, PIECES) + middle + tail
    case 2:
      return head + oneOf(draw, PIECES) + tail
    case 3:
      return head + middle + middle + tail
    case 4:
      return head + middle.repeat(2 + below(draw, 40)) + tail
    case 5:
      return head + oneOf(draw, PIECES).repeat(2 + below(draw, 4000)) + middle + tail
    case 6:
      return head + other.slice(below(draw, other.length)) + tail
    case 7:
      return head + other + middle + tail
    default:
      return head.slice(0, -1) + String.fromCharCode(below(draw, 0x250)) + middle + tail
  }
}

function mutant(kept: readonly string[], draw: Draw): string {
  let text = oneOf(draw, kept)
  for (let times = 1 + below(draw, 5); times > 0; times--) text = changed(text, kept, draw)
  return text.slice(0, LONGEST)
}

class Finding extends Error {
  readonly text: string

  constructor(text: string, what: string) {
    super(what)
    this.text = text
  }
}

/** Reads a text. @throws Finding */
async function tried({ read, expects }: ReplyReader, text: string): Promise<void> {
  let least = Infinity
  for (let times = 0; times < 4 && least > MOST_MS; times++) {
    const before = process.cpuUsage()
    try {
      await read(text)
    } catch (error) {
      if (!expects(error)) throw new Finding(text, String((error as Error).stack ?? error))
    }
    const { user, system } = process.cpuUsage(before)
    least = Math.min(least, (user + system) / 1000)
  }
  if (least > MOST_MS) throw new Finding(text, `${Math.round(least)} ms`)
}

/** The parts of the code that no text has reached yet. */
class Coverage {
  readonly #session = new Session()
  readonly #unreached = new Map<string, Profiler.CoverageRange[]>()

  async start(): Promise<void> {
    this.#session.connect()
    await this.#session.post('Profiler.enable')
    await this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  }

  /** Returns whether anything new was reached since the last look. */
  async look(): Promise<boolean> {
    const { result } = await this.#session.post('Profiler.takePreciseCoverage')
    let isNew = false
    for (const { url, functions } of result) {
      if (!/\/src\/(methods|llm|likeness|encoders|base)\//.test(url)) continue
      for (const { ranges } of functions) {
        const [whole] = ranges
        if (whole === undefined || whole.count === 0) continue
        const name = `${url} ${whole.startOffset} ${whole.endOffset}`
        const missed = ranges.filter(({ count }) => count === 0)
        const before = this.#unreached.get(name)
        const left = before?.filter((range) =>
          missed.some(({ startOffset, endOffset }) => startOffset <= range.startOffset && endOffset >= range.endOffset),
        )
        if (left === undefined || left.length < (before?.length ?? 0)) isNew = true
        this.#unreached.set(name, left ?? missed)
      }
    }
    return isNew
  }
}

function storedReplies(name: string): string[] {
  try {
    return JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as string[]
  } catch {
    return []
  }
}

async function fuzz(name: string, reader: ReplyReader, ms: number, seed: number): Promise<void> {
  const draw = randomFrom(seed)
  const coverage = new Coverage()
  await coverage.start()
  const kept: string[] = []
  const keepNew = async (text: string) => {
    await tried(reader, text)
    if ((await coverage.look()) && text.length <= LONGEST_KEPT && kept.length < MOST_KEPT) kept.push(text)
  }
  for (const text of [...reader.seeds, ...storedReplies(name)]) await keepNew(text)
  const started = Date.now()
  let executions = 0
  while (Date.now() - started < ms) {
    const texts = Array.from({ length: AT_ONCE }, () => mutant([...reader.seeds, ...kept], draw))
    // One by one only where there is something new among them.
    const before = kept.length
    for (const text of texts) await tried(reader, text)
    executions += texts.length
    if (await coverage.look()) for (const text of texts.filter(({ length }) => length <= LONGEST_KEPT)) kept.push(text)
    if (kept.length > before) kept.splice(before, kept.length - before, ...(await fewest(name, kept.slice(before))))
  }
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(join(FOLDER, `${name}.json`), `${JSON.stringify(kept, undefined, 1)}\n`)
  const minutes = ((Date.now() - started) / 60_000).toFixed(1)
  process.stdout.write(`${name}: ${executions} texts in ${minutes} minutes, ${kept.length} kept\n`)

  /** Which of the texts reach something that those before them do not, by a coverage of their own. */
  async function fewest(_name: string, fresh: string[]): Promise<string[]> {
    const own = new Coverage()
    await own.start()
    for (const text of [...reader.seeds, ...kept.slice(0, kept.length - fresh.length)]) await tried(reader, text)
    await own.look()
    const few: string[] = []
    for (const text of fresh) {
      await tried(reader, text)
      if (await own.look()) few.push(text)
    }
    return few
  }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { minutes: { type: 'string', default: '2' }, seed: { type: 'string', default: '1' } },
})
const names = positionals.length > 0 ? positionals : Object.keys(REPLY_READERS)
for (const name of names) {
  const reader = REPLY_READERS[name]
  if (reader === undefined) throw new Error(`no reader ${name}; there are ${Object.keys(REPLY_READERS).join(', ')}`)
  try {
    await fuzz(name, reader, Number(values.minutes) * 60_000, Number(values.seed))
  } catch (error) {
    if (!(error instanceof Finding)) throw error
    process.stdout.write(`${name}: FOUND by ${JSON.stringify(error.text)}\n${error.message}\n`)
    process.exitCode = 1
  }
}

// Nothing that a file, a server or a model says steers the terminal or reorders a page: escapes, C1 controls and bidirectional marks are
// written out wherever a person reads.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { harmless } from '../src/base/harmless.ts'
import { allCommands } from '../src/main.ts'
import { print, styleOf } from '../src/terminal/door.ts'
import { startChatServer, type ChatServer } from './support/chat-server.ts'
import { collectionOf } from './support/comparing.ts'
import { writeJsonl } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'
import { replyWith } from './support/synthetic.ts'
import { trainingRows } from './support/training-rows.ts'

/** Colour, a link, a bell, a C1 sequence, and marks that reverse, isolate and hide; fit for the name of a file. */
const HOSTILE = '\u001b[1m\u001b[31m\u001b]8;;x\u0007\u009b2J\u0085\u007f\u202e\u2066\u061c\u200f\u2028\rz'
const STEERING = /[^\P{Cc}\n]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f]/u
/** What Winnow styles its pages with: bold, dim, yellow, and their ends. */
const OWN_STYLES = [1, 2, 22, 33, 39].map((code) => `\u001b[${code}m`)

/** Every text of a record, with what is hostile at its end. */
function poisoned<T>(value: T): T {
  if (typeof value === 'string') return `${value}${HOSTILE}` as T
  if (Array.isArray(value)) return value.map(poisoned) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, poisoned(each)])) as T
}

/** A folder in which everything is hostile: rows with wrong lines, a second file of them, a collection, a run, and what a user may write. */
function hostileFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'winnow-door-'))
  const named = (name: string) => join(folder, `${HOSTILE}${name}`)
  const rows = trainingRows(24, 8).map(poisoned)
  const judged = trainingRows(16, 8, 3).map(poisoned)
  const bad = writeJsonl(named('bad.jsonl'), [...rows, { [HOSTILE]: HOSTILE, query: HOSTILE }])
  writeFileSync(named('recipe.yaml'), `"judgee${escaped(HOSTILE)}": 1\n`)
  writeFileSync(named('broken.yaml'), `a: [${HOSTILE}\n`)
  writeFileSync(named('tasks.yaml'), `default: "${escaped(HOSTILE)}"\n`)
  writeFileSync(named('evidence'), `{"winnow": "${escaped(HOSTILE)}", "evidence": 99}\n`)
  // Control characters of ASCII part the columns of a run.
  const word = [...HOSTILE].filter((character) => character.trim() > ' ').join('')
  writeFileSync(named('run.txt'), `${word} Q0 ${word} 1 2.5 x\n`)
  writeFileSync(named('qrels.txt'), `${word} 0 ${word} 1\n${word}2 0 ${word} 1\n`)
  const both = rows.map(({ query, positive_passages: [positive], negative_passages: negatives }) => ({
    query,
    pos: [positive?.text],
    neg: negatives.map(({ text }) => text),
    neg_origins: ['mined', 'generated', 'mined'],
    neg_strategies: [null, HOSTILE, null],
  }))
  return {
    folder,
    named,
    rows: writeJsonl(named('rows.jsonl'), rows),
    other: writeJsonl(named('other.jsonl'), trainingRows(24, 8, 2).map(poisoned)),
    bad,
    out: named('out.jsonl'),
    gold: writeJsonl(
      named('gold.jsonl'),
      rows.flatMap(({ query_id: row, negative_passages: negatives }) =>
        negatives.map(({ docid: passage }, at) => ({ row, passage, relevant: at === 0, who: HOSTILE })),
      ),
    ),
    run: named('run.txt'),
    qrels: named('qrels.txt'),
    origins: writeJsonl(named('origins.jsonl'), both),
    set: collectionOf(folder, judged, `${HOSTILE}set`),
    id: rows[0]?.query_id ?? '',
  }
}

const GROWING = ['--hardness-model', 'off', '--writer']
const LEFT_OUT = ['--seeds', '5', '--eval']
/** Prints no name and no text. */
const SILENT = ['completion']
const OWN_BOLD = '\u001b[1mown\u001b[22m'

const escaped = (text: string) => JSON.stringify(text).slice(1, -1).replaceAll('\u007f', '\\u007f')

let server: ChatServer
let place: ReturnType<typeof hostileFolder>

/** Answers one in three calls with an error, and the others with more hostile words than were asked for. */
beforeAll(async () => {
  let calls = 0
  const text = replyWith([2], [3]).replace('considered.', `considered. ${HOSTILE}`)
  server = await startChatServer({
    reply: () => (++calls % 3 === 0 ? { status: 400, body: { error: { message: HOSTILE, code: HOSTILE } } } : { text }),
  })
})
afterAll(() => server.close())

/** Runs each line in the folder, coloured and as JSON, and looks at what a person would see. */
async function look(lines: string[][], codes = [0, 1]): Promise<string> {
  const env = { WINNOW_CACHE: join(place.folder, 'cache'), FORCE_COLOR: '3' }
  let seen = ''
  for (const line of lines) {
    for (const more of [[], ['--json']]) {
      const ran = await runWinnow([...line, ...more], { env, cwd: place.folder })
      expect(codes, `${line.join(' ')}: ${ran.stderr}`).toContain(ran.code)
      const shown = `${ran.stdout}${ran.stderr}`
      const plain = OWN_STYLES.reduce((text, style) => text.replaceAll(style, ''), shown)
      expect(plain, line.join(' ')).not.toMatch(STEERING)
      if (more.length > 0 && ran.code !== null && ran.code < 2) JSON.parse(ran.stdout)
      seen += shown
    }
  }
  return seen
}

const SMALL = ['--dimensions', '8', '--steps', '2', '--threads', '1']

describe('every command over hostile names, ids, texts and replies', () => {
  beforeAll(() => void (place = hostileFolder()))
  afterAll(() => rmSync(place.folder, { recursive: true, force: true }))
  const seen: Record<string, string> = {}
  const commands: [string, () => string[][], codes?: number[]][] = [
    ['init', () => [['init', place.rows, '--force', '--out', place.named('settings.yaml')]]],
    ['completion', () => [['completion', 'bash']]],
    [
      'clean',
      () => [
        [
          'clean',
          place.rows,
          '--out',
          place.out,
          '--judge',
          `m@${server.url}`,
          '--no-check',
          '--html',
          place.named('5.html'),
        ],
      ],
    ],
    [
      'apply',
      () => [
        [
          'apply',
          place.rows,
          '--out',
          place.named('applied.jsonl'),
          '--preset',
          'rlhn-code',
          '--html',
          place.named('6.html'),
        ],
      ],
    ],
    ['changes', () => [['changes', place.out, '--full']]],
    // It serves until it is interrupted, unless there is nothing to show.
    ['studio', () => [['studio', place.named('missing.jsonl')]], [2]],
    ['explain', () => [['explain', place.rows, place.id, '--replies']]],
    ['audit', () => [['audit', 'sample', place.out, '--strata', 'dataset', '--assessors', 'anna']]],
    ['ledger', () => [['ledger']]],
    [
      'batch',
      () => [
        ['batch', 'list', '--all'],
        ['batch', 'import', place.rows],
      ],
    ],
    [
      'doctor',
      () => [
        ['doctor', place.rows],
        ['doctor', place.bad],
        ['doctor', place.origins],
      ],
    ],
    [
      'grow',
      () => {
        const models = [`w@${server.url}`, '--verifier', `v@${server.url}`]
        return [['grow', place.rows, '--out', place.out, '--no-check', ...GROWING, ...models]]
      },
    ],
    ['mine', () => [['mine', place.set, '--out', place.named('mined.jsonl'), '--split', 'test']]],
    [
      'eval',
      () => [
        ['eval', 'bm25', place.set, '--per-query'],
        ['eval', '--run', place.run, '--qrels', place.qrels],
      ],
    ],
    ['lint', () => [['lint', place.rows, '--for', 'tevatron', '--fix', '--out', place.named('mended.jsonl')]]],
    ['convert', () => [['convert', place.rows, '--to', 'bge', '--out', place.named('converted.jsonl')]]],
    ['publish', () => [['publish', place.rows, 'hf://datasets/me/rows', '--dry-run']]],
    ['plan', () => [['plan', place.rows, '--judge', 'gpt-4o', '--count', '100', '--batch']]],
    ['overlap', () => [['overlap', place.rows, place.set]]],
    ['train', () => [['train', place.rows, '--out', place.named('model'), ...SMALL]]],
    [
      'compare',
      () => [['compare', place.rows, place.other, '--eval', place.set, '--html', place.named('1.html'), ...SMALL]],
    ],
    [
      'prune',
      () => [['prune', place.rows, place.other, ...LEFT_OUT, place.set, '--html', place.named('2.html'), ...SMALL]],
    ],
    ['diagnose', () => [['diagnose', place.origins, '--html', place.named('3.html')]]],
    [
      'judges',
      () => [['judges', place.rows, '--judge', 'bm25', '--gold', place.gold, '--html', place.named('4.html')]],
    ],
  ]
  test.each(commands)('%s', async (name, linesOf, codes) => {
    seen[name] = await look(linesOf(), codes)
  })

  test('all commands, and all said something that had to be written out', async () => {
    expect(Object.keys(seen).toSorted()).toEqual((await allCommands()).map((each) => each.name).toSorted())
    expect(Object.keys(seen).filter((name) => !/\\u001b|\\u202e/.test(seen[name] as string))).toEqual(SILENT)
  })

  test('their errors: files, options, recipes, tasks, evidence, replies of a server', async () => {
    const { named, rows, out, bad } = place
    const files = (await allCommands()).map(({ name }) => [
      name,
      named('missing.jsonl'),
      ...(name === 'explain' ? ['1'] : []),
    ])
    const clean = ['clean', rows, '--out', out, '--judge']
    const errors = await look(
      [
        ...files.filter(([name]) => name !== 'eval'),
        [HOSTILE],
        ['clean', rows, `--${HOSTILE}`],
        ['doctor', rows, HOSTILE],
        [...clean, `m@${server.url}`, '--recipe', named('recipe.yaml')],
        [...clean, `m@${server.url}`, '--recipe', named('broken.yaml')],
        [...clean, `m@${server.url}`, '--tasks', named('tasks.yaml')],
        [...clean, HOSTILE],
        ['clean', bad, '--out', out, '--judge', `m@${server.url}`],
        ['apply', rows, '--out', out, '--evidence', named('evidence')],
        ['eval', '--run', place.run, '--qrels', place.run],
      ],
      [2],
    )
    expect(errors).toContain('\\u001b[1m\\u001b[31m')
  })

  test('pages for a browser', () => {
    const pages = readdirSync(place.folder).filter((name) => name.endsWith('.html'))
    expect(pages).toHaveLength(6)
    for (const name of pages) {
      const page = readFileSync(join(place.folder, name), 'utf8')
      expect(page, name).not.toMatch(STEERING)
      expect(page, name).toContain('\\u202e')
    }
  })
})

describe('the door', () => {
  test('obeys its own styles alone, and writes out all else', () => {
    const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), {
      isTTY: true,
    }) as unknown as NodeJS.WriteStream
    const bold = styleOf('bold', { ...stream, isTTY: true, getColorDepth: () => 8 } as NodeJS.WriteStream)
    print(`${bold('own')} \u001b[1mtheirs\u001b[22m\r\nnext\u202e`, stream)
    expect(String(stream.read())).toBe(`${OWN_BOLD} \\u001b[1mtheirs\\u001b[22m\nnext\\u202e\n`)
  })

  test('JSON that passes it is the same value', () => {
    const value = { [HOSTILE]: [HOSTILE, '\ud83d\ude00 é 漢 \u200d', '\\u001b'] }
    const text = harmless(JSON.stringify(value))
    expect(JSON.parse(text)).toEqual(value)
    expect(text).not.toMatch(STEERING)
  })

  test('nothing else writes to the terminal', () => {
    const source = resolve(import.meta.dirname, '../src')
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
      (path) => path.endsWith('.ts') && !path.endsWith('.test.ts'),
    )
    const naming = (pattern: RegExp) => files.filter((path) => pattern.test(readFileSync(join(source, path), 'utf8')))
    // Rows on standard output are data, not text for people.
    expect(naming(/process\s*\.\s*(stdout|stderr)|['"](?:node:)?tty['"]/)).toEqual(['base/sink.ts', 'terminal/door.ts'])
    expect(naming(/^\s*(?!\/\/|\*).*\bconsole\b\s*[.[]|writeSync\((?:1|2),/m)).toEqual([])
    expect(naming(/\b(?:OUTPUT|ERRORS|stream)\)?\.write\(/).filter((path) => path.startsWith('terminal'))).toEqual([
      'terminal/door.ts',
    ])
  })
})

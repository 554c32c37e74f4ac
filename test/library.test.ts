// docs/library.md: its programs run unchanged, types included, and print what the page shows; it names the whole public interface, which is
// small.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { tempDir } from './support/files.ts'

const root = resolve(import.meta.dirname, '..')
const page = readFileSync(join(root, 'docs/library.md'), 'utf8')
const PROGRAM = /^<!-- program: (\S+) -->\n\n```ts\n([\s\S]*?)^```\n\n```text\n([\s\S]*?)^```/gm
const programs = [...page.matchAll(PROGRAM)].map(([, name = '', code = '', printed = '']) => ({ name, code, printed }))

/** What the reader brings: a judge that has the recorded replies by heart, and a reader that knows the word for `yes`. */
const OWN = {
  'answer.ts': `import { readFileSync } from 'node:fs'
const lines = readFileSync('examples/replies/judge.jsonl', 'utf8').trim().split('\\n')
const replies = lines.map((line) => JSON.parse(line) as { query: string; response: string })
export const answer = async (messages: { content: string }[]): Promise<string> => {
  const asked = messages.at(-1)?.content ?? ''
  return replies.find(({ query }) => asked.includes(query))?.response ?? ''
}
`,
  'reader.ts': `import type { ChatModel } from 'winnow'
export const reader: ChatModel = {
  identity: 'reader',
  endpoint: 'in this program',
  complete: async ({ messages: [question] }) => {
    const text = question?.content.includes('absorbs') ? 'Yes' : 'no'
    return { reply: { text, finishReason: 'stop' } }
  },
}
`,
}

/** A folder in which the programs run: \`winnow\` is the source, and the examples are at hand. Its name has a space. */
function place(): string {
  const folder = join(tempDir(), 'a program')
  const winnow = join(folder, 'node_modules/winnow')
  mkdirSync(winnow, { recursive: true })
  writeFileSync(join(winnow, 'package.json'), '{ "type": "module", "exports": "./src/index.ts" }')
  symlinkSync(join(root, 'src'), join(winnow, 'src'))
  symlinkSync(join(root, 'examples'), join(folder, 'examples'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  for (const [file, code] of Object.entries(OWN)) writeFileSync(join(folder, file), code)
  for (const { name, code } of programs) writeFileSync(join(folder, `${name}.ts`), code)
  return folder
}

const node = (args: string[], cwd: string) => execFileSync(process.execPath, args, { cwd, encoding: 'utf8' })

describe('the programs', () => {
  test('there are three', () => {
    expect(programs.map(({ name }) => name)).toEqual(['own-model', 'own-policy', 'own-method'])
    expect(page.match(/^```ts$/gm)).toHaveLength(3)
  })

  test.each(programs)('$name prints what the page says', ({ name, printed }) => {
    expect(node([`${name}.ts`], place())).toBe(printed)
  })

  test('have no fault of types', () => {
    const folder = place()
    const compilerOptions = {
      paths: { winnow: [join(root, 'src/index.ts')] },
      typeRoots: [join(root, 'node_modules/@types')],
    }
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        extends: join(root, 'tsconfig.json'),
        compilerOptions,
        include: ['*.ts', join(root, 'src/train/engine/web-assembly.d.ts')],
      }),
    )
    expect(node([join(root, 'node_modules/typescript/bin/tsc'), '-p', '.'], folder)).toBe('')
  })
})

describe('the public index', () => {
  const names = [...readFileSync(join(root, 'src/index.ts'), 'utf8').matchAll(/^export (?:type )?\{([^}]*)\}/gm)]
    .flatMap(([, list = '']) => list.split(','))
    .map((each) =>
      each
        .trim()
        .replace(/^type /, '')
        .replace(/^.* as /, ''),
    )
    .filter((name) => name !== '')

  test('has 80 names at most', () => {
    expect(names.length).toBeGreaterThan(50)
    expect(names.length).toBeLessThanOrEqual(80)
    expect(new Set(names).size).toBe(names.length)
  })

  test('has no name that docs/library.md does not show a use of', () => {
    const prose = page.replaceAll(/^```[\s\S]*?^```$/gm, '')
    const code = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, each]) => each).join('\n')
    const shown = new Set([code, ...programs.map((each) => each.code)].join('\n').match(/\w+/g))
    expect(names.filter((name) => !shown.has(name))).toEqual([])
  })

  test('has every name that a page imports', () => {
    const pages = ['README.md', 'docs/library.md', 'docs/retrievers.md'].map((path) =>
      readFileSync(join(root, path), 'utf8'),
    )
    const imported = pages.flatMap((each) => [...each.matchAll(/^import \{([^}]*)\} from 'winnow'/gm)])
    const words = imported.flatMap(([, list = '']) => list.split(',')).map((each) => each.trim().replace(/^type /, ''))
    expect(words.length).toBeGreaterThan(8)
    expect(words.filter((word) => !names.includes(word))).toEqual([])
  })
})

test('examples/library.ts runs in a clone without a build, from a path with spaces', () => {
  const folder = join(tempDir(), 'a clone')
  mkdirSync(folder)
  for (const path of ['src', 'examples', 'package.json', 'node_modules'])
    symlinkSync(join(root, path), join(folder, path))
  const printed = node(
    ['--preserve-symlinks', '--preserve-symlinks-main', 'examples/library.ts', 'out/cleaned.jsonl'],
    folder,
  )
  expect(printed).toMatch(/^\{ kept: 24, changed: 23, dropped: 1, undecided: 0 \} \{ positive: 60, negative: 329 \}/)
  expect(printed).toContain('garden-tomato-end-rot: tomato-rot-pots negative → ignored: WORSE.')
})

// winnow.yaml: the same run by the file and by flags, what wins, and what is said of every mistake in it.
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { tempDir } from './support/files.ts'
import { runWinnow, type ProcessResult } from './support/run-winnow.ts'

const examples = resolve(import.meta.dirname, '../examples')

/** A folder with the examples and a winnow.yaml. */
function folderWith(config?: string): string {
  const folder = tempDir()
  symlinkSync(examples, join(folder, 'examples'))
  if (config !== undefined) writeFileSync(join(folder, 'winnow.yaml'), config)
  return folder
}

const ran = async (cwd: string, line: string, code = 0): Promise<ProcessResult> => {
  const result = await runWinnow(line.split(' '), { cwd })
  expect(result.code, result.stderr).toBe(code)
  return result
}

const SCREEN = 'replay:examples/replies/screen.jsonl'
const JUDGE = 'replay:examples/replies/judge.jsonl'
const CLEANING = `
tasks: examples/tasks.yaml
clean:
  out: cleaned.jsonl
  screen: ${SCREEN}
  judge: &judge ${JUDGE}
  max-usd: 5.0
  spot-check: 10%
  price: 0.1/0.4
  dry-run: false
`
const TYPED =
  `clean examples/rows.jsonl --tasks examples/tasks.yaml --out cleaned.jsonl --screen ${SCREEN} --judge ${JUDGE} ` +
  '--max-usd 5.0 --spot-check 10% --price 0.1/0.4'

interface Recorded {
  options: Record<string, unknown>
  run: string
}

describe('the same run by the file and by flags', () => {
  test('the same bytes, the same run and the same recipe, also by that recipe', async () => {
    const [byFlags, byFile, byRecipe] = [folderWith(), folderWith(CLEANING), folderWith()]
    await ran(byFlags, TYPED)
    const { stderr } = await ran(byFile, 'clean examples/rows.jsonl')
    expect(stderr.split('\n')[0]).toBe(
      `winnow.yaml: --tasks examples/tasks.yaml --out cleaned.jsonl --screen ${SCREEN} --judge ${JUDGE} ` +
        '--max-usd 5.0 --spot-check 10% --price 0.1/0.4',
    )
    const read = (folder: string, name: string) => readFileSync(join(folder, name), 'utf8')
    const manifestIn = (folder: string) => JSON.parse(read(folder, 'cleaned.manifest.json')) as Recorded
    const [typed, configured] = [manifestIn(byFlags), manifestIn(byFile)]
    expect(configured.options).toEqual(typed.options)
    expect(configured.run).toBe(typed.run)
    writeFileSync(join(byRecipe, 'recipe.json'), JSON.stringify(configured))
    await ran(byRecipe, 'clean examples/rows.jsonl --recipe recipe.json')
    for (const name of ['cleaned.jsonl', 'cleaned.changes.jsonl', 'cleaned.dropped.jsonl']) {
      expect(read(byFile, name)).toBe(read(byFlags, name))
      expect(read(byRecipe, name)).toBe(read(byFlags, name))
    }
    expect(manifestIn(byRecipe).options).toEqual(typed.options)
  })
})

describe('what wins', () => {
  const seen = async (config: string, line: string) => {
    const { stdout, stderr } = await ran(folderWith(config), `${line} --dry-run --json`)
    const { rows, sampled, stages } = JSON.parse(stdout) as Record<string, unknown> & { stages: { stage: string }[] }
    return { rows, sampled, stages: stages.map(({ stage }) => stage), said: stderr.split('\n')[0] }
  }

  test('a flag, then a recipe that is typed, then the section, then the general settings', async () => {
    const config = `limit: 7\nclean: { limit: 5, judge: "${JUDGE}", screen: "${SCREEN}" }\n`
    expect(await seen(config, 'clean examples/rows.jsonl')).toMatchObject({ rows: 5 })
    expect(await seen(config, 'clean examples/rows.jsonl --limit 3')).toMatchObject({ rows: 3 })
    const folder = folderWith(config)
    writeFileSync(join(folder, 'four.yaml'), 'limit: 4\n')
    const { stdout } = await ran(folder, 'clean examples/rows.jsonl --recipe four.yaml --dry-run --json')
    expect(JSON.parse(stdout)).toMatchObject({ rows: 4 })
    const ownRecipe = `clean: { recipe: four.yaml, judge: "${JUDGE}"`
    writeFileSync(join(folder, 'winnow.yaml'), `${ownRecipe}, limit: 6 }`)
    const own = await ran(folder, 'clean examples/rows.jsonl --dry-run --json')
    writeFileSync(join(folder, 'winnow.yaml'), `${ownRecipe} }`)
    const byRecipe = await ran(folder, 'clean examples/rows.jsonl --dry-run --json')
    expect([own, byRecipe].map((each) => (JSON.parse(each.stdout) as { rows: number }).rows)).toEqual([6, 4])
  })

  test('another method takes none of the options of the first, and that is said', async () => {
    const config = `judge: ${JUDGE}\nclean:\n  method: rlhn\n  screen: ${SCREEN}\n  limit: 5\n`
    const { said, stages } = await seen(config, 'clean examples/rows.jsonl --method arhn')
    expect(said).toBe(`winnow.yaml: --judge ${JUDGE} --limit 5 (not for arhn: --screen)`)
    expect(stages).not.toContain('screen')
  })

  test('general settings go to the commands that have the option; --no-config takes none, --config another file', async () => {
    const folder = folderWith('strict: true\nseeds: 7\n')
    mkdirSync(join(folder, 'more'))
    writeFileSync(join(folder, 'more/loose.yaml'), 'doctor: { json: true }\n')
    const bad = join(folder, 'rows.jsonl')
    writeFileSync(bad, '{"query":"q","pos":["p"],"neg":["n"]}\n{"query":"q","pos":[],"neg":["n"]}\n')
    expect((await ran(folder, 'doctor rows.jsonl', 1)).stderr).toBe('winnow.yaml: --strict\n')
    expect((await ran(folder, 'doctor rows.jsonl --quiet', 1)).stderr).toBe('')
    expect((await ran(folder, 'doctor rows.jsonl --no-config')).stderr).toBe('')
    const other = await ran(folder, 'doctor rows.jsonl --config more/loose.yaml')
    expect([other.stderr, JSON.parse(other.stdout)]).toMatchObject(['more/loose.yaml: --json\n', { rows: 1 }])
  })
})

describe('mistakes', () => {
  const complaint = async (config: string, line = 'doctor examples/rows.jsonl') =>
    (await ran(folderWith(config), line, 2)).stderr

  test('every one is named with its line, whichever command runs, with what is allowed or was meant', async () => {
    const config = [
      'maxusd: 5',
      'out: x.jsonl',
      'clean:',
      '  method: rhln',
      '  max-usd: five',
      '  scren: gpt',
      '  better:',
      '  max-passages: 0',
      '  dry-run: "true"',
      'grwo: { out: z }',
      'zzz: 1',
      '# compare is checked as its engine reads it',
      'compare: { engine: torch, pooling: median }',
    ].join('\n')
    expect(await complaint(config)).toMatchInlineSnapshot(`
      "winnow: winnow.yaml:1: maxusd: not an option of any command; did you mean max-usd?
      winnow.yaml:2: out: it names what one command writes; put it into a section, such as "doctor:"
      winnow.yaml:4: clean.method: "rhln": allowed: rlhn, arhn, percpos; did you mean rlhn?
      winnow.yaml:5: clean.max-usd: "five": allowed: a number of 0 or more
      winnow.yaml:6: clean.scren: not an option of winnow clean; did you mean screen?
      winnow.yaml:7: clean.better: it has no value; allowed: relabel, remove, keep, drop-row; or remove the line
      winnow.yaml:8: clean.max-passages: "0": allowed: a whole number of 1 or more
      winnow.yaml:9: clean.dry-run: "true": allowed: true, false
      winnow.yaml:10: grwo: there is no command grwo; did you mean grow?
      winnow.yaml:11: zzz: not an option of any command; winnow COMMAND --help-all lists those of a command
      winnow.yaml:13: compare.pooling: "median": allowed: mean, cls, max, lasttoken, weightedmean, mean_sqrt_len_tokens
      Correct the file, or run without it: --no-config.
      "
    `)
  })

  test.each([
    ['openai-api-key: sk-1234567890abcdefghij', 'OPENAI_API_KEY'],
    ['clean: { judge: sk-1234567890abcdefghij }', 'OPENAI_API_KEY'],
    ['clean: { judge: "gpt-4o@https://me:sk-1234567890@host/v1" }', 'OPENAI_BASE_URL'],
    ['clean: { judge: "gpt-4o@https://host/v1?api-key=sk-1234567890" }', 'OPENAI_BASE_URL'],
    ['clean: { extra-body: { api_key: "Bearer sk-1234567890" } }', 'OPENAI_API_KEY'],
    ['token: hf_sk-1234567890abcdef', 'HF_TOKEN'],
    ['password: sk-1234567890', 'OPENAI_API_KEY'],
  ])('%s: a key is refused and never shown', async (config, variable) => {
    const said = await complaint(config)
    expect(said).toMatch(/winnow\.yaml:1: .*(has|have) no place in this file/)
    expect(said).toContain(variable)
    expect(said).not.toContain('sk-1234567890')
  })

  test.each([
    ['# rows\nclean: [1, 2', 'winnow.yaml:2: not valid YAML'],
    ['a: 1\na: 2\n', 'winnow.yaml:2: not valid YAML'],
    ['- clean', 'winnow.yaml: it must be a map'],
    [
      'ledger: a.db\neval: { mesures: P@5 }',
      'winnow.yaml:2: eval.mesures: not an option of winnow eval; did you mean measures?',
    ],
    ['ledger: { verfy: true }', 'winnow.yaml:1: ledger.verfy: not an option of winnow ledger; did you mean verify?'],
    ['ledger: 1\nclean: { judge: { a: 1 } }\n', 'winnow.yaml:2: clean.judge: {"a":1}: a map cannot stand here'],
    ['clean:\n  judge: [a, b]\n', 'winnow.yaml:2: clean.judge: ["a","b"]: a list cannot stand here; allowed: MODEL'],
  ])('%j', async (config, said) => expect(await complaint(config)).toContain(said))

  test('a file that is not there; an empty one says nothing', async () => {
    expect((await ran(folderWith(), 'doctor examples/rows.jsonl --config none.yaml', 2)).stderr).toContain(
      'cannot read none.yaml: no such file',
    )
    expect((await ran(folderWith('# nothing\nclean:\n'), 'doctor examples/rows.jsonl')).stderr).toBe('')
  })
})

// What every rule of winnow lint says of a trainer happens in that trainer: its own loader, collator and loss are given the example of the
// rule, and the same file after --fix. Needs WINNOW_TEST_TRAINERS, a folder of virtual environments named st, tevatron, flagembedding,
// ms-swift, automodel: those that are there are used.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openSink } from '../src/base/sink.ts'
import { mendFile, surveyOf } from '../src/lint/lint.ts'
import { rulesOf } from '../src/lint/rules/index.ts'
import type { Rule } from '../src/lint/rule.ts'
import { LOSSES, type LintTrainer } from '../src/lint/targets.ts'
import { readJsonl, tempDir, writeJsonl } from './support/files.ts'
import { factOf, type Answer, type TrainerCase } from './support/trainer-facts.ts'

const ENVIRONMENTS: Partial<Record<LintTrainer, string>> = {
  'sentence-transformers': 'st',
  'cross-encoder': 'st',
  flagembedding: 'flagembedding',
  tevatron: 'tevatron',
  'ms-swift': 'ms-swift',
  automodel: 'automodel',
}
const folderOf = process.env['WINNOW_TEST_TRAINERS']
const pythonOf = (trainer: LintTrainer) => join(folderOf ?? '', ENVIRONMENTS[trainer] ?? '', 'bin/python')
const trainers = Object.keys(ENVIRONMENTS) as LintTrainer[]
const there = trainers.filter((trainer) => folderOf !== undefined && existsSync(pythonOf(trainer)))
for (const trainer of trainers.filter((each) => !there.includes(each))) {
  const why = folderOf === undefined ? 'set WINNOW_TEST_TRAINERS' : `${pythonOf(trainer)} is not there`
  process.stderr.write(`SKIPPED: the rules of ${trainer}: ${why}\n`)
}

/** Runs small files through a trainer. */
function run(trainer: LintTrainer, cases: readonly TrainerCase[]): Promise<Record<string, Answer>> {
  const folder = tempDir()
  const script = join(import.meta.dirname, 'support/lint_trainers.py')
  const env = {
    ...process.env,
    HF_HUB_OFFLINE: '1',
    HF_HOME: join(folder, 'hub'),
    MODELSCOPE_CACHE: join(folder, 'scope'),
  }
  return new Promise((resolve, reject) => {
    const child = execFile(
      pythonOf(trainer),
      [script, trainer, folder],
      { maxBuffer: 1 << 26, env, cwd: folder },
      (error, stdout) => (error ? reject(error) : resolve(JSON.parse(stdout) as Record<string, Answer>)),
    )
    child.stdin?.end(JSON.stringify(cases))
  })
}

/** Returns the records of an example after --fix. */
async function mended({ example, fix = '' }: Rule, trainer: LintTrainer, loss: string): Promise<object[]> {
  const folder = tempDir()
  const path = writeJsonl(join(folder, 'rows.jsonl'), [...example])
  const negatives = fix.includes('--negatives') ? 2 : undefined
  const request = { path, file: path, targets: [{ trainer, loss }], negatives }
  const sink = await openSink(join(folder, 'out.jsonl'))
  await mendFile(request, await surveyOf(request, {}), sink, 'out.jsonl', {})
  await sink.commit()
  return readJsonl(join(folder, 'out.jsonl'))
}

/** The loss that a rule is tried with. */
const lossOf = (rule: Rule, trainer: LintTrainer) =>
  factOf(trainer, rule.code)?.loss?.[trainer] ?? rule.losses?.[0] ?? LOSSES[trainer][0]

async function casesOf(rule: Rule, trainer: LintTrainer): Promise<TrainerCase[]> {
  const { more = {}, records = rule.example, without } = factOf(trainer, rule.code) ?? {}
  const loss = lossOf(rule, trainer)
  const cases: TrainerCase[] = [{ ...more, id: rule.code, loss, records }]
  if (without) cases.push({ ...more, id: `${rule.code}.without`, loss, records: without })
  if (rule.fix !== undefined && rule.example.length > 0) {
    cases.push({ ...more, id: `${rule.code}.fixed`, loss, records: await mended(rule, trainer, loss) })
  }
  return cases
}

describe.skipIf(there.length === 0)('rules of lint', { timeout: 600_000 }, () => {
  it.each(there)('%s does what they say', async (trainer) => {
    const rules = rulesOf(trainer)
    const cases = (await Promise.all(rules.map((rule) => casesOf(rule, trainer)))).flat()
    const answers = await run(trainer, cases)
    for (const { code, fix, example } of rules) {
      const fact = factOf(trainer, code)
      expect(fact, `${code} has a fact`).toBeDefined()
      if (fact === undefined) continue
      const answer = answers[code] as Answer
      if (fact.stops) expect.soft(`${answer.error} ${answer.cause}`, `${trainer} ${code}`).toMatch(fact.stops)
      if (fact.answers)
        expect
          .soft(
            fact.answers(answer, answers[`${code}.without`] as Answer),
            `${trainer} ${code}: ${JSON.stringify(answer)}`,
          )
          .toBe(true)
      if (fix !== undefined && example.length > 0) {
        const after = answers[`${code}.fixed`] as Answer
        expect.soft(after.error, `${trainer} ${code} after --fix`).toBeUndefined()
        if (fact.fixed)
          expect.soft(fact.fixed(after), `${trainer} ${code} after --fix: ${JSON.stringify(after)}`).toBe(true)
      }
    }
  })
})

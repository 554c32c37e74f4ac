// winnow audit from the command line, and apply --human where it has no effect.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openAudit } from '../src/audit/audit.ts'
import { drawSample } from '../src/audit/draw.ts'
import { reportOf } from '../src/audit/reported.ts'
import { judgementPath, readSample } from '../src/audit/sample-file.ts'
import { apply } from '../src/job/apply.ts'
import { cleaned, isBetter, judgeAll } from './support/audit-rows.ts'
import { openApp } from './support/studio-app.ts'
import { runWinnow } from './support/run-winnow.ts'

describe('apply --human', () => {
  it('says where nobody has spoken, and refuses what has no effect', async () => {
    const { folder, input, ledger } = await cleaned()
    const out = join(folder, 'audited.jsonl')
    const notices: string[] = []
    await apply(input, { out, ledger, human: 'overrides' }, { onNotice: (notice) => notices.push(notice) })
    expect(notices.join()).toMatch(
      /no judgement of people on a negative of these rows, so it has no effect; winnow audit report/,
    )
    await expect(apply(input, { out, ledger, humanRelevant: 'remove' })).rejects.toThrow(
      /no effect without --human overrides/,
    )
    await expect(apply(input, { out, ledger, human: 'overrides', writeScores: 'verdicts' as never })).rejects.toThrow(
      /exclude each other|allowed/,
    )
  })
})

describe('the command', () => {
  it('says what it drew and what to type next, and what is wrong', { timeout: 60_000 }, async () => {
    const { out, folder } = await cleaned()
    const sample = await runWinnow(['audit', 'sample', out, '--n', '30', '--assessors', 'anna,ben'])
    expect(sample.stdout).toContain('30 passages of 180 negatives, drawn apart from each verdict (seed 1).')
    expect(sample.stdout).toContain(`winnow studio ${out}`)
    expect(existsSync(join(folder, 'cleaned.audit.jsonl'))).toBe(true)
    const early = await runWinnow(['audit', 'report', out])
    expect(early).toMatchObject({ code: 2, stdout: '' })
    expect(early.stderr).toContain('nobody has judged anything yet')
    const audit = await openAudit(out, 'cleaned')
    judgeAll(audit, 'anna', (item) => (isBetter(item) ? 3 : 0))
    judgeAll(audit, 'ben', (item) => (isBetter(item) ? 2 : 0))
    const report = await runWinnow(['audit', 'report'], { cwd: folder })
    expect(report.stdout).toContain('60 judgements of 30 passages that stand for 180')
    expect(report.stdout).toMatch(/anna – ben +30 +100% +1.000/)
    const json = await runWinnow(['audit', 'report', out, '--json'])
    expect(JSON.parse(json.stdout)).toMatchObject({ items: 30, stored: { added: 0 } })
    const studio = await openApp(out)
    for (const query of ['', '?name=cleaned'])
      expect((await studio.get<unknown[]>(`/api/judgements${query}`)).json).toHaveLength(60)
    for (const [args, message] of [
      [['audit', 'draw', out], '"draw" is nothing that audit does; allowed: sample, report'],
      [['audit', 'report', out, '--n', '5'], '--n: no effect on winnow audit report'],
      [['audit', 'sample'], 'no rows are named'],
      [['audit', 'report', join(folder, 'rows.jsonl')], 'is not a sample of an audit'],
    ] as const) {
      const refused = await runWinnow([...args])
      expect([refused.code, refused.stdout]).toEqual([2, ''])
      expect(refused.stderr).toContain(message)
    }
  })

  it('shows the options of its word, and takes no others from winnow.yaml', async () => {
    const help = await runWinnow(['audit', 'report', '--help'])
    expect(help.stdout).toContain(
      'These are the options of winnow audit report. For others:\n  winnow audit sample --help',
    )
    expect(help.stdout).not.toContain('--overlap')
    const { out, folder } = await cleaned()
    writeFileSync(join(folder, 'winnow.yaml'), 'audit:\n  n: 12\n  assessors: anna\n')
    const sample = await runWinnow(['audit', 'sample', out], { cwd: folder })
    expect(sample.stderr).toContain('winnow.yaml: --n 12 --assessors anna')
    expect(sample.stdout).toContain('12 passages of 180 negatives')
    judgeAll(await openAudit(out, 'cleaned'), 'anna', () => 0)
    const report = await runWinnow(['audit', 'report', out], { cwd: folder })
    expect([report.code, report.stderr]).toEqual([0, 'winnow.yaml: nothing (not for report: --n, --assessors)\n'])
  })

  it('passes over what a crash cut off, with a word', async () => {
    const { out } = await cleaned()
    const { path } = await drawSample(out, { n: 10 })
    const audit = await openAudit(out, 'cleaned')
    judgeAll(audit, 'anna', () => 0)
    const file = judgementPath(path)
    writeFileSync(file, `${readFileSync(file, 'utf8')}{"sample":"s`)
    const notices: string[] = []
    const report = await reportOf(path, {}, { onNotice: (notice) => notices.push(notice) })
    expect(notices.join()).toMatch(/its last line has no end, so it does not count/)
    expect([report.assessors[0]?.judged, (await readSample(path)).items.length]).toEqual([10, 10])
  })
})

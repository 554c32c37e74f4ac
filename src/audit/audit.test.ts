// An audit in progress: blind, in an order of one's own, with nothing lost by a crash, a second window or a second process.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { auditOf, item } from '../../test/support/audited.ts'
import type { AuditTurn } from './api.ts'
import { Audit, auditsBeside, openAudit } from './audit.ts'
import { JudgementFile } from './judgement-file.ts'
import { judgementPath, readSample } from './sample-file.ts'

const TEN = Array.from({ length: 10 }, (_all, index) => item(`i${index}`))

const itemIn = ({ item: shown }: AuditTurn) => shown?.item as string

/** Judges everything that is left. @returns the items in the order in which they were shown */
function judgeAll(audit: Audit, assessor: string): string[] {
  const seen: string[] = []
  for (let turn = audit.next(assessor); turn.item !== null;) {
    seen.push(itemIn(turn))
    turn = audit.judge({ assessor, item: itemIn(turn), grade: seen.length % 4, seconds: 1.5 })
  }
  return seen
}

const linesOf = (audit: Audit) =>
  readFileSync(judgementPath(audit.sample.path), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

describe('what an assessor sees', () => {
  it('is the query, the task and the passage, and nothing that tells label or judge', async () => {
    const judged = item('i0', {
      found: true,
      to: 'positive',
      judges: [{ stage: 'judge', model: 'm', verdict: 'better', relevant: true }],
    })
    const turn = (await auditOf([judged])).next('anna')
    expect(turn.item).toEqual({
      item: 'i0',
      queryIs: 'search query',
      query: 'query of i0',
      task: { name: 'web-search', definition: 'What the person wants to find out.' },
      title: null,
      text: 'text of i0',
    })
  })

  it('comes in an order of their own, the same after the page is closed', async () => {
    const audit = await auditOf(TEN)
    const [anna, ben] = [judgeAll(audit, 'anna'), judgeAll(audit, 'ben')]
    expect(anna.toSorted()).toEqual(TEN.map((each) => each.item))
    expect(anna).not.toEqual(ben)
    const again = await auditOf(TEN)
    const first = again.next('anna')
    again.judge({ assessor: 'anna', item: itemIn(first), grade: 0, seconds: 1 })
    expect(judgeAll(new Audit(await readSample(again.sample.path)), 'anna')).toEqual(anna.slice(1))
  })

  it('is only what is for them', async () => {
    const audit = await auditOf([item('i0'), item('i1', { assessors: ['ben'] })])
    expect(judgeAll(audit, 'anna')).toEqual(['i0'])
    expect(() => audit.judge({ assessor: 'anna', item: 'i1', grade: 1, seconds: 1 })).toThrow(
      /not an item of this sample for anna/,
    )
    expect(() => audit.next('carl')).toThrow(/not drawn for "carl"; its assessors: anna, ben/)
    expect(() => audit.next(' ')).toThrow(/is not a name/)
    expect((await auditOf(TEN, { assessors: [] })).next('carl').progress.all).toBe(10)
  })
})

describe('a judgement', () => {
  it('is a line on the disk before the next passage is shown', async () => {
    const audit = await auditOf([item('i0')])
    const turn = audit.judge({ assessor: 'anna', item: 'i0', grade: 2, seconds: 3.25 })
    expect(turn).toMatchObject({ item: null, canUndo: true, replaced: null, progress: { all: 1, judged: 1 } })
    const [line] = linesOf(audit)
    expect(line).toMatchObject({ sample: 's1', item: 'i0', row: 'row of i0', passage: 'passage of i0', who: 'anna' })
    expect(line).toMatchObject({ grade: 2, relevant: true, seconds: 3.25 })
  })

  it('is one of the scale, unsure or skip', async () => {
    const audit = await auditOf(TEN.slice(0, 3))
    for (const [at, grade] of (['unsure', 'skip', 1] as const).entries()) {
      audit.judge({ assessor: 'anna', item: `i${at}`, grade, seconds: 1 })
    }
    expect(audit.view().assessors[0]).toEqual({ assessor: 'anna', all: 3, judged: 3, unsure: 1, skipped: 1 })
    expect(linesOf(audit).map(({ relevant }) => relevant)).toEqual([undefined, undefined, false])
    expect(() => audit.judge({ assessor: 'ben', item: 'i0', grade: 4, seconds: 1 })).toThrow(
      'the grade is 4; allowed: 0, 1, 2, 3, "unsure", "skip"',
    )
  })

  it('that is sent again is written once', async () => {
    const audit = await auditOf(TEN)
    for (let times = 0; times < 3; times++) audit.judge({ assessor: 'anna', item: 'i0', grade: 1, seconds: 1 })
    expect(linesOf(audit)).toHaveLength(1)
  })

  it('from a second window replaces the first, and the window is told', async () => {
    const audit = await auditOf(TEN)
    const window = new Audit(audit.sample)
    audit.judge({ assessor: 'anna', item: 'i0', grade: 1, seconds: 1 })
    expect(window.judge({ assessor: 'anna', item: 'i0', grade: 3, seconds: 1 }).replaced).toBe(1)
    expect(audit.view().assessors[0]?.judged).toBe(1)
    expect(audit.judgements.standing.all().map(({ grade }) => grade)).toEqual([3])
  })

  it('can be taken back, one after the other, and the lines stay', async () => {
    const audit = await auditOf(TEN)
    const order = judgeAll(audit, 'anna')
    expect(itemIn(audit.undo('anna'))).toBe(order.at(-1))
    expect(itemIn(audit.undo('anna'))).toBe(order.at(-2))
    expect(audit.next('anna').progress.judged).toBe(8)
    expect(linesOf(audit)).toHaveLength(12)
    expect(() => audit.undo('ben')).toThrow(/no judgement to take back/)
  })

  it('that a crash cut off does not count, and does not swallow the next one', async () => {
    const audit = await auditOf(TEN)
    audit.judge({ assessor: 'anna', item: 'i0', grade: 1, seconds: 1 })
    appendFileSync(judgementPath(audit.sample.path), '{"sample":"s1","item":"i1","row":"row of i1","who":"an')
    const after = new Audit(audit.sample)
    expect([after.next('anna').progress.judged, after.judgements.isUnfinished]).toEqual([1, true])
    after.judge({ assessor: 'anna', item: 'i1', grade: 2, seconds: 1 })
    expect(new JudgementFile(after.judgements.path)).toMatchObject({ brokenLines: [2], isUnfinished: false })
    expect(new Audit(audit.sample).next('anna').progress.judged).toBe(2)
  })

  it('is gone with its file', async () => {
    const audit = await auditOf(TEN)
    audit.judge({ assessor: 'anna', item: 'i0', grade: 1, seconds: 1 })
    writeFileSync(audit.judgements.path, '')
    expect(audit.next('anna').progress.judged).toBe(0)
  })

  it('is refused where it cannot be written, and then does not count', async () => {
    const audit = await auditOf(TEN)
    audit.judgements.append = () => {
      throw new Error('the disk is full')
    }
    expect(() => audit.judge({ assessor: 'anna', item: 'i0', grade: 1, seconds: 1 })).toThrow('the disk is full')
    expect(audit.next('anna').progress.judged).toBe(0)
  })
})

describe('samples beside rows', () => {
  it('are found by name, those of the rows first, and no other path is opened', async () => {
    const audit = await auditOf(TEN)
    const rows = audit.sample.path.replace('.audit.jsonl', '.jsonl')
    writeFileSync(audit.sample.path.replace('cleaned.audit', 'again.audit'), readFileSync(audit.sample.path))
    expect(auditsBeside(rows)).toEqual(['cleaned', 'again'])
    expect((await openAudit(rows, 'again')).view()).toMatchObject({
      name: 'again',
      items: 10,
      isClosed: true,
      relevantFrom: 2,
    })
    await expect(openAudit(rows, '../cleaned')).rejects.toThrow(/no sample "..\/cleaned"/)
  })
})

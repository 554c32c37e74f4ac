// Inputs that winnow compare cannot use: one clear error each, before anything is trained.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { collectionOf, world } from './support/comparing.ts'
import { runWinnow } from './support/run-winnow.ts'
import { trainingRows } from './support/training-rows.ts'

describe('what cannot be compared', () => {
  const refused = async (...args: string[]) => {
    const { code, stderr } = await runWinnow(['compare', ...args])
    expect(code).toBe(2)
    return stderr
  }

  it('is refused with everything that is wrong', async () => {
    const { folder, clean, dirty, set } = world()
    expect(await refused(clean)).toMatch(
      /a comparison needs two or more files of rows, or one file with --policies; no collections to evaluate on: .* --eval/,
    )
    expect(await refused(clean, clean, '--eval', set)).toMatch(/clean\.jsonl given twice/)
    expect(await refused(clean, dirty, '--eval', set, '--seeds', '4')).toMatch(
      /--seeds "4": allowed: a whole number from 5/,
    )
    expect(await refused(clean, dirty, '--eval', set, '--measure', 'nDCG@10 RR')).toMatch(/allowed: one measure/)
    expect(await refused(clean, dirty, '--eval', set, '--measure', 'nDCH@10')).toMatch(/nDCH/)
    expect(await refused(clean, dirty, '--eval', `${set}:dev`, join(folder, 'no'))).toMatch(
      /dev[\s\S]*no such folder: .*no/,
    )
    expect(await refused(clean, dirty, '--eval', set, set)).toMatch(/set test given twice/)
    expect(await refused(clean, join(folder, 'a'), join(folder, 'b'), '--eval', set)).toMatch(
      /cannot read .*a: [\s\S]*cannot read .*b: /,
    )
    expect(await refused(clean, dirty, '--eval', set, '--html', clean)).toMatch(
      /--html .*clean\.jsonl is an input of this command/,
    )
    const queries = join(set, 'queries.jsonl')
    expect(await refused(clean, dirty, '--eval', set, '--html', queries)).toMatch(
      /queries\.jsonl is an input of this command/,
    )
    const ledger = ['--policies', 'safe', '--ledger', join(folder, 'a.db'), '--html', join(folder, 'a.db')]
    expect(await refused(clean, '--eval', set, ...ledger)).toMatch(/a\.db is an input of this command/)
    const single = collectionOf(folder, trainingRows(1, 40, 8), 'single')
    expect(await refused(clean, dirty, '--eval', set, single)).toMatch(
      /single test has 1 judged query; allowed: 2 or more, to estimate the spread over queries/,
    )
    const empty = collectionOf(folder, trainingRows(8, 40, 8), 'empty')
    writeFileSync(join(empty, 'corpus.jsonl'), '{"_id":"x","text":"nothing"}\n')
    expect(await refused(clean, dirty, '--eval', empty)).toMatch(
      /--eval empty test: none of its 12 relevant documents is in the corpus/,
    )
    expect(await refused(clean, dirty, '--eval', set, '--html', folder)).toMatch(/it is a folder/)
    expect(await refused(clean, dirty, '--eval', set, '--work', clean)).toMatch(/cannot write .*clean\.jsonl/)
    expect(await refused(clean, '--eval', set, '--policies', 'safe,,safe')).toMatch(
      /needs evidence.*empty name.*duplicate policy/,
    )
  })

  it('names the bad rows of all files', async () => {
    const { clean, dirty, set } = world()
    for (const path of [clean, dirty]) writeFileSync(path, `${readFileSync(path, 'utf8')}{"query":\n`)
    expect(await refused(dirty, clean, '--eval', set)).toMatch(
      /dirty\.jsonl:241: invalid JSON[\s\S]*clean\.jsonl:241: invalid JSON/,
    )
  })
})

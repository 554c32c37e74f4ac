// Where trainings are stored: files of a killed process are removed, and the cache does not grow without limit.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tempDir } from '../../test/support/files.ts'
import { openWorkplace, tidy } from './workplace.ts'

const DAY = 24 * 3600 * 1000

/** Returns the id of a process that has ended. */
const goneProcess = () => spawnSync(process.execPath, ['--version']).pid

/** Makes a folder of trainings that was last used this many days ago. */
function used(cache: string, name: string, days: number, bytes = 10): string {
  const path = join(cache, name)
  mkdirSync(join(path, 'inner'), { recursive: true })
  writeFileSync(join(path, 'inner', 'unit.json'), 'x'.repeat(bytes))
  const when = new Date(Date.now() - days * DAY)
  utimesSync(path, when, when)
  return path
}

describe('the cache of trainings', () => {
  it('loses what was not used for three months, and what is beyond its bound, the oldest first', () => {
    const cache = tempDir()
    const [old, older, newer] = [used(cache, 'old', 89), used(cache, 'older', 91), used(cache, 'newer', 2)]
    const inUse = used(cache, 'in use', 400)
    writeFileSync(join(cache, 'a file'), '')
    expect(tidy(cache, inUse, Date.now())).toBe(1)
    expect([old, older, newer, inUse].map((path) => existsSync(path))).toEqual([true, false, true, true])
    const today = used(cache, 'today', 0.5, 5000)
    expect(tidy(cache, inUse, Date.now(), 5025)).toBe(1)
    expect([old, newer, inUse, today].map((path) => existsSync(path))).toEqual([false, true, true, true])
    expect(tidy(cache, inUse, Date.now(), 0)).toBe(1)
    expect(readdirSync(cache).toSorted()).toEqual(['a file', 'in use', 'today'])
  })

  it('is tidied when it is used, which it says; a folder of --work never is', () => {
    const cache = tempDir()
    const comparisons = join(cache, 'comparisons')
    used(comparisons, 'older', 91)
    const notices: string[] = []
    const given = { identity: ['a', 'b'], env: { WINNOW_CACHE: cache }, onNotice: (text: string) => notices.push(text) }
    const { root } = openWorkplace({ ...given, work: undefined })
    expect(readdirSync(comparisons)).toEqual([root.slice(comparisons.length + 1)])
    expect(notices).toEqual([`removed 1 old comparisons from ${comparisons}`])
    // Using it again makes it recent.
    utimesSync(root, new Date(0), new Date(0))
    expect(openWorkplace({ ...given, work: undefined }).root).toBe(root)
    expect(openWorkplace({ ...given, identity: ['b', 'a'], work: undefined }).root).not.toBe(root)
    expect(existsSync(root)).toBe(true)
    const work = used(cache, 'mine', 400)
    used(work, 'of long ago', 400)
    expect(openWorkplace({ ...given, work }).root).toBe(work)
    expect(readdirSync(work).toSorted()).toEqual(['inner', 'of long ago'])
  })

  it('removes the bags of processes that are no more, at once in its own folder, after a day in others', () => {
    const cache = tempDir()
    const [mine, other] = [used(cache, 'mine', 0), used(cache, 'other', 0)]
    const gone = goneProcess()
    for (const folder of [mine, other]) {
      writeFileSync(join(folder, `bags.${gone}`), '')
      writeFileSync(join(folder, `bags.${process.ppid}`), '')
    }
    writeFileSync(join(other, `eval-bags.${gone}`), '')
    utimesSync(join(other, `eval-bags.${gone}`), new Date(0), new Date(0))
    const { bags, leave } = openWorkplace({ work: mine, identity: [] })
    tidy(cache, mine, Date.now())
    expect(readdirSync(mine)).toEqual([`bags.${process.ppid}`, 'inner'])
    expect(readdirSync(other).toSorted()).toEqual([`bags.${gone}`, `bags.${process.ppid}`, 'inner'].toSorted())
    for (const file of bags) writeFileSync(file, '')
    leave()
    expect(readdirSync(mine)).toEqual([`bags.${process.ppid}`, 'inner'])
  })
})

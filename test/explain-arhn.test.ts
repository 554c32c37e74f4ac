// winnow explain on rows of ARHN: snippets in context, ranks and anchors, within the width of the terminal.
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { answeringModel, answeringRows } from './support/answering.ts'
import { explained, page } from './support/explained.ts'
import { runWinnow } from './support/run-winnow.ts'
import { clean, place } from './support/two-models.ts'

const answering = answeringModel()

describe('arhn', () => {
  async function made(...options: string[]) {
    const { input, out } = place(answeringRows())
    const models = ['--method', 'arhn', '--judge', answering.model(), '--task', 'web-search']
    await clean(input, out, ...models, ...options)
    return { input, out }
  }

  test('marks the snippet in its context, and says how it stood to the anchor in every order', async () => {
    const { out } = await made('--permutations', '2')
    const { stdout } = await page(out, 'q 1 "ä"')
    expect(stdout).toContain(`  negative → positive  9007199254740993
    based on: rank above (reader)
    extract   answers: Some words come first. It says «the answer 1» here. And more words follow it.
    rank      order 1: 1st of 3, above the anchor, which is 2nd
    rank      order 2: 1st of 3, above the anchor, which is 2nd
`)
    expect(stdout).toMatch(
      /^ {2}positive {2}p1\n[^\n]*«the answer 3»[^\n]*\n {4}rank {6}order 1: 2nd of 3, the anchor$/m,
    )
    expect(stdout).toMatch(/negative → removed {2}below\n {4}based on: extract answers/)
    expect(stdout).toMatch(/^ {4}rank {6}order 1: 3rd of 3, below the anchor, which is 2nd$/m)
    expect(stdout).toMatch(/^ {2}negative {2}日本\n.*\n {4}extract {3}no-answer$/m)
    // What could not be read stays, says why, and both attempts are listed.
    expect(stdout).toMatch(/^ {2}negative {2}garbled\n.*\n {4}extract {3}unreadable: empty: it was empty$/m)
    expect(stdout).toMatch(/extract 5 +attempt 2 · reader/)
    expect(stdout).not.toContain('\u001b')
  })

  test('an undecided row: why, and the empty replies', async () => {
    const { out } = await made()
    const { stdout } = await page(out, 'unread', '--replies')
    expect(stdout).toContain('outcome  undecided: extract: empty: it was empty')
    expect(stdout).toContain('    (empty)')
    const { calls } = await explained(out, 'unread')
    expect(calls?.map(({ part, attempt, reply }) => [part, attempt, reply])).toEqual([
      ['1', 1, ''],
      ['2', 1, 'the answer 4'],
      ['1', 2, ''],
    ])
  })

  test('a call that was never made, and an anchor that is another one with another policy', async () => {
    const { input, out } = await made()
    const anchorOf = async (...options: string[]) => {
      const { passages } = await explained(input, '9007199254740995', ...options)
      return passages.map(({ ranks }) => ranks.map(({ rank, anchor }) => [rank, anchor]))
    }
    expect(await anchorOf()).toEqual([[], [[2, 2]], [[1, 2]], [[3, 2]]])
    expect(await anchorOf('--action', 'filter')).toEqual(await anchorOf())
    const ledger = new DatabaseSync(join(dirname(out), '.winnow/ledger.db'))
    ledger.exec("DELETE FROM keys WHERE reply IN (SELECT id FROM replies WHERE row = '9007199254740995')")
    ledger.close()
    const { stdout } = await page(input, '9007199254740995')
    expect(stdout).toContain('no reply: missing-reply: never asked')
    expect(stdout).toContain('outcome  undecided: extract: no-reply')
  })

  test.each([30, 60, 100])('nothing is wider than a terminal of %i columns', async (columns) => {
    const { input, out } = place([
      {
        query_id: 'wide',
        query: '長い質問'.repeat(40),
        positive_passages: [
          { docid: 'p'.repeat(90), title: '', text: `${'語'.repeat(90)} the answer 3 ${'x'.repeat(300)}` },
        ],
        negative_passages: [
          { docid: 'n', title: 'a title', text: `${'and words '.repeat(50)} the answer 1 ${'語'.repeat(90)}` },
        ],
      },
    ])
    await clean(input, out, '--method', 'arhn', '--judge', answering.model())
    for (const colour of [{ NO_COLOR: '1' }, { FORCE_COLOR: '1' }]) {
      const env = { COLUMNS: String(columns), ...colour }
      const { stdout } = await runWinnow(['explain', out, 'wide', '--replies'], { env })
      const wide = stdout.split('\n').filter((line) => columnsOf(line) > columns)
      expect(wide).toEqual([])
      expect(stdout.replaceAll(/\s+/g, ' ')).toContain('NO_COLOR' in colour ? '«the answer 3»' : 'the answer 3')
    }
  })
})

/** Columns of a line without its styles; characters of East Asian scripts take two. */
const columnsOf = (line: string) =>
  // eslint-disable-next-line no-control-regex
  [...line.replaceAll(/\u001b\[\d+m/g, '')].reduce((sum, each) => sum + (/[\u2e80-\uffee]/.test(each) ? 2 : 1), 0)

// winnow grow against a real local server: every output of a model has the documented result.
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { grow } from '../src/commands/grow/grow.ts'
import { startChatServer, type ScriptedReply } from './support/chat-server.ts'
import { readJsonl, tempDir, writeJsonl } from './support/files.ts'
import {
  ANALYSIS,
  grownBy,
  NEGATIVES,
  OTHER,
  POSITIVE,
  rightVerdict,
  ROW,
  SOUND,
  verified,
  WELL_MEANT,
  written,
  type Script,
} from './support/growing.ts'
import { questionOf, sectionOf } from './support/grown.ts'
import type { SyntheticRow } from './support/synthetic.ts'

const fenced = (text: string) =>
  `<think>Let me see.</think>Here it is:\n\`\`\`json\n${text}\n\`\`\`\nI hope that helps.`

describe('replies that can be read', () => {
  test("good: the passages stand after the row's own negatives and say where they came from", async () => {
    const { after, discarded, unread, manifest } = await grownBy({})
    expect(after.neg).toEqual([...NEGATIVES, SOUND, WELL_MEANT, OTHER])
    expect(after).toMatchObject({
      query: ROW.query,
      pos: [POSITIVE],
      neg_origins: ['given', 'given', 'given', 'generated', 'generated', 'generated'],
      neg_strategies: ['', '', '', 'entity_shift', 'entity_shift', 'entity_shift'],
      neg_requirements: ['', '', '', ...ANALYSIS.requirements.slice(0, 3).map(({ text }) => text)],
    })
    expect([discarded, unread]).toEqual([[], []])
    expect(manifest.rows.outcomes).toMatchObject({ changed: 1, kept: 0, undecided: 0 })
    expect(manifest.growth).toMatchObject({
      rows: { grown: 1, inVain: 0 },
      passages: { written: 3, accepted: 3, rewritten: 0 },
      negatives: { given: 3, mined: 0, generated: 3 },
      generatedPerRow: { 3: 1 },
    })
  })

  test('in fences, after thinking, with prose around it', async () => {
    const { added, discarded } = await grownBy({
      analyse: { text: fenced(JSON.stringify(ANALYSIS, undefined, 2)) },
      write: { text: fenced(written(SOUND, WELL_MEANT, OTHER)) },
      verify: (text) => ({ text: fenced(rightVerdict(text)) }),
    })
    expect([added, discarded]).toEqual([[SOUND, WELL_MEANT, OTHER], []])
  })

  test('nested, as an older form has it', async () => {
    const { perturbations, requirements, ...rest } = ANALYSIS
    const nested = requirements.map(({ number, text, critical }) => ({
      requirement: text,
      is_critical: critical,
      perturbations: perturbations
        .filter(({ requirement }) => requirement === number)
        .map(({ strategy, how }) => ({ type: strategy, description: how })),
    }))
    const { added } = await grownBy({
      analyse: { text: JSON.stringify({ result: { ...rest, requirements: nested } }) },
    })
    expect(added).toEqual([SOUND, WELL_MEANT, OTHER])
  })
})

describe('replies that say nothing that can be relied on', () => {
  const ends: [string, Script, string[]][] = [
    [
      'a truncated analysis',
      { analyse: { text: JSON.stringify(ANALYSIS).slice(0, 300), finish: 'length' } },
      ['analyse: truncated'],
    ],
    [
      'an analysis that ends midway',
      { analyse: { text: JSON.stringify(ANALYSIS).slice(0, 300) } },
      ['analyse: incomplete'],
    ],
    [
      'a generic plan',
      { analyse: { text: '{"strategies": ["entity_shift", "intent_drift"]}' } },
      ['analyse: malformed'],
    ],
    ['no analysis', { analyse: { text: '' } }, ['analyse: empty']],
    ['truncated passages', { write: { text: written(SOUND).slice(0, 90), finish: 'length' } }, ['write: truncated']],
    ['no passages', { write: { text: 'I would rather not.' } }, ['write: malformed']],
  ]
  test.each(ends)('%s: the row is undecided and stays as it was, but for its columns', async (_name, script, calls) => {
    const { after, unread, discarded, manifest } = await grownBy(script)
    expect(after.neg).toEqual(NEGATIVES)
    expect(unread).toEqual([['undecided', ...calls]])
    expect(discarded).toEqual([])
    expect(manifest.rows.undecidedReasons).toEqual({ [calls[0]?.split(': ')[1] ?? '']: 1 })
  })

  test.each([
    ['nonsense', { text: 'perhaps' }, 'malformed'],
    ['nothing', { text: '' }, 'empty'],
    ['too few requirements', { text: verified(['violated', 'holds']) }, 'incomplete'],
    ['a refusal', { text: null, refusal: 'No.' }, 'refused'],
    ['an error', { status: 400, body: { error: { message: 'not this one' } } }, 'no-reply'],
  ] as [string, ScriptedReply, string][])(
    'a verification that is %s: the passage is not used, the others are',
    async (_name, scripted, why) => {
      const { added, discarded, unread } = await grownBy({
        verify: (text) => (text === SOUND ? scripted : { text: rightVerdict(text) }),
      })
      expect(added).toEqual([WELL_MEANT, OTHER])
      expect(discarded).toEqual([['unverified', SOUND]])
      expect(unread).toEqual([['changed', `verify: ${why}`]])
    },
  )
})

describe('gates', () => {
  const GERMAN =
    'Der Knoblauch verdankt seinen Geruch einer Verbindung, die sich in der Zehe bildet, wenn sie zerdrückt wird, und die in der Pfanne milder wird.'
  const RUSSIAN =
    'Чеснок обязан своим запахом соединению серы, которое образуется, когда зубчик раздавлен, и которое на сковороде становится мягче.'
  test.each([
    ['empty', ''],
    ['wrong-language', GERMAN],
    ['wrong-script', RUSSIAN],
    ['copies-positive', POSITIVE.toUpperCase()],
    ['copies-positive', POSITIVE.replace('mild', 'weak')],
    ['copies-negative', NEGATIVES[0] as string],
    ['copies-query', `${ROW.query} ${SOUND}`],
    ['meta', `This passage is a hard negative. ${SOUND}`],
    ['too-short', 'Garlic smells.'],
    ['too-long', `${SOUND} `.repeat(5).trim()],
  ])('%s: it is discarded without being verified', async (gate, text) => {
    const { added, discarded, requests, manifest } = await grownBy({
      write: { text: written(text, WELL_MEANT, OTHER) },
    })
    expect(added).toEqual([WELL_MEANT, OTHER])
    expect(discarded).toEqual([[gate, text.trim()]])
    expect(requests.filter((request) => questionOf(request) === 'verify')).toHaveLength(2)
    expect(manifest.growth).toMatchObject({ gates: { [gate]: 1 }, discarded: {} })
  })

  test('the same passage twice: one of them', async () => {
    const { added, changes, discarded } = await grownBy({ write: { text: written(SOUND, SOUND, OTHER) } })
    expect([added, changes, discarded]).toEqual([[SOUND, OTHER], [SOUND, OTHER], [['copies-candidate', SOUND]]])
  })
})

describe('verification', () => {
  const found: [string, string[], boolean, string | undefined][] = [
    ['breaks its target alone', ['violated', 'holds', 'holds', 'holds'], false, undefined],
    ['loses one other critical requirement', ['violated', 'absent', 'holds', 'absent'], false, undefined],
    ['leaks an answer', ['violated', 'holds', 'holds', 'holds'], true, 'answers'],
    ['keeps its target', ['holds', 'holds', 'holds', 'holds'], false, 'target-holds'],
    ['says nothing of its target', ['absent', 'holds', 'holds', 'holds'], false, 'target-absent'],
    ['is off-topic', ['violated', 'absent', 'violated', 'holds'], false, 'off-topic'],
  ]
  test.each(found)('a passage that %s', async (_name, verdicts, attempts, code) => {
    const { added, discarded, manifest } = await grownBy({
      verify: (text) => ({ text: text === SOUND ? verified(verdicts, attempts) : rightVerdict(text) }),
    })
    expect(added).toEqual(code === undefined ? [SOUND, WELL_MEANT, OTHER] : [WELL_MEANT, OTHER])
    expect(discarded).toEqual(code === undefined ? [] : [[code, SOUND]])
    expect(manifest.growth?.discarded).toEqual(code === undefined ? {} : { [code]: 1 })
  })

  test('of nothing that is good the row stays as it was', async () => {
    const { after, manifest } = await grownBy({
      verify: () => ({ text: verified(['violated', 'holds', 'holds', 'holds'], true) }),
    })
    expect(after.neg).toEqual(NEGATIVES)
    expect(manifest.growth?.rows).toEqual({ grown: 0, inVain: 1 })
    expect(manifest.rows.outcomes).toMatchObject({ kept: 1, changed: 0 })
  })

  test('a refused passage is written once more where that is asked for', async () => {
    const refused = written(`This passage is a hard negative. ${SOUND}`, WELL_MEANT, OTHER)
    let writings = 0
    const server = await startChatServer({
      reply: (request) => {
        const question = questionOf(request)
        if (question === 'verify') return { text: rightVerdict(sectionOf(request, 'text')) }
        if (question === 'analyse') return { text: JSON.stringify(ANALYSIS) }
        writings += 1
        return { text: writings === 1 ? refused : written(SOUND) }
      },
    })
    const folder = tempDir()
    const [input, out] = [writeJsonl(join(folder, 'rows.jsonl'), [ROW]), join(folder, 'grown.jsonl')]
    const models = { writer: `w@${server.url}`, verifier: `v@${server.url}` }
    const { growth } = await grow(input, { ...models, hardnessModel: 'off', onFailure: 'rewrite', out }, { env: {} })
    await server.close()
    expect(readJsonl<SyntheticRow>(out)[0]?.neg.slice(3).toSorted()).toEqual([OTHER, SOUND, WELL_MEANT].toSorted())
    expect(growth?.passages).toEqual({ written: 4, accepted: 3, rewritten: 1 })
    expect(server.requests.filter((request) => request.messages[1]?.content.includes('hard negative'))).toHaveLength(1)
  })
})

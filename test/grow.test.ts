// winnow grow against a real local server: whatever a model writes or says ends as it is documented, and nothing that was not verified becomes a negative.
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { grow } from '../src/run/grow.ts'
import { startChatServer, type Scripted, type SeenRequest } from './support/chat-server.ts'
import { readJsonl, tempDir, writeJsonl, type Json } from './support/files.ts'
import { growingReply, growingRows, questionOf, sectionOf } from './support/grown.ts'
import type { SyntheticRow } from './support/synthetic.ts'

const POSITIVE =
  'Cutting an onion breaks its cells and frees a volatile sulphur compound, which turns into a mild acid in the film of water on the eye.'
const NEGATIVES = [
  'Onions keep for months in a dry and airy place; in the refrigerator they soften and soon begin to sprout from the middle of the bulb.',
  'A sweet onion has less sulphur than a yellow one, which makes it good in salads but dull in a stew that has to cook for hours.',
  'The skins of yellow onions were used to dye wool and eggs, and they give a colour between gold and brown with the mordant alum.',
]
const ROW: SyntheticRow = { query: 'Why do onions make you cry?', pos: [POSITIVE], neg: NEGATIVES }

const SOUND =
  'Garlic owes its smell to a sulphur compound that forms when a clove is crushed, and which the heat of a pan turns into something milder.'
const WELL_MEANT =
  'Shallots are braised whole in butter and wine until they are soft, and their flavour is finer than that of the large bulbs in the market.'
const OTHER =
  'Leeks have to be washed with care, because the earth in which they are banked up while they grow gets between the layers of the stem.'

const ANALYSIS = {
  need: 'to know the cause of tears when onions are cut',
  meets: 'it names the compound and how it acts on the eye',
  boundary: 'naming what makes the eyes water',
  requirements: [
    { number: 1, text: 'it is about onions', critical: true },
    { number: 2, text: 'it is about tears', critical: true },
    { number: 3, text: 'it gives the cause', critical: true },
    { number: 4, text: 'it is about cutting', critical: false },
  ],
  perturbations: [
    { requirement: 1, strategy: 'entity_shift', how: 'garlic instead of onions' },
    { requirement: 2, strategy: 'entity_shift', how: 'smell instead of tears' },
    { requirement: 3, strategy: 'entity_shift', how: 'a remedy instead of the cause' },
  ],
}

const written = (...texts: string[]) =>
  JSON.stringify({ passages: texts.map((text, at) => ({ number: at + 1, rewrites: null, text })) })

const verified = (verdicts: string[], attempts_answer = false) =>
  JSON.stringify({
    requirements: verdicts.map((verdict, at) => ({ number: at + 1, why: 'so', verdict })),
    attempts_answer,
  })

/** Right of everything: each passage breaks its target alone. */
function rightVerdict(text: string): string {
  const target = [SOUND, WELL_MEANT, OTHER].indexOf(text)
  return verified(['holds', 'holds', 'holds', 'holds'].with(target, 'violated'))
}

type Script = Partial<Record<'analyse' | 'write', Scripted> & { verify: (text: string) => Scripted }>

/** Grows one row with a server that answers by script, else well. */
async function grown(script: Script, options: object = {}, row: object = ROW) {
  const server = await startChatServer({
    reply: (request) => {
      const question = questionOf(request)
      if (question === 'verify') {
        const text = sectionOf(request, 'text')
        return script.verify?.(text) ?? { text: rightVerdict(text) }
      }
      const right = question === 'analyse' ? JSON.stringify(ANALYSIS) : written(SOUND, WELL_MEANT, OTHER)
      return script[question as 'analyse' | 'write'] ?? { text: right }
    },
  })
  const folder = tempDir()
  const out = join(folder, 'grown.jsonl')
  const models = { writer: `w@${server.url}`, verifier: `v@${server.url}` }
  const input = writeJsonl(join(folder, 'rows.jsonl'), [row])
  const manifest = await grow(input, { ...models, hardnessModel: 'off', out, maxRetries: 0, ...options }, { env: {} })
  await server.close()
  const list = (kind: string) => readJsonl(out.replace('.jsonl', `.${kind}.jsonl`))
  const [after] = readJsonl<Json & SyntheticRow>(out)
  const undecided = list('undecided') as { outcome: string; calls: { stage: string; why: string }[] }[]
  return {
    manifest,
    input,
    out,
    requests: server.requests,
    added: (after?.neg ?? []).slice(NEGATIVES.length),
    after: after as Json & SyntheticRow,
    discarded: list('discarded').map(({ code, text }) => [code, text]),
    unread: undecided.map(({ outcome, calls }) => [outcome, ...calls.map(({ stage, why }) => `${stage}: ${why}`)]),
  }
}

const fenced = (text: string) =>
  `<think>Let me see.</think>Here it is:\n\`\`\`json\n${text}\n\`\`\`\nI hope that helps.`

describe('replies that can be read', () => {
  test("good: the passages stand after the row's own negatives and say where they came from", async () => {
    const { after, discarded, unread, manifest } = await grown({})
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
    const { added, discarded } = await grown({
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
    const { added } = await grown({ analyse: { text: JSON.stringify({ result: { ...rest, requirements: nested } }) } })
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
    const { after, unread, discarded, manifest } = await grown(script)
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
  ] as [string, Scripted, string][])(
    'a verification that is %s: the passage is not used, the others are',
    async (_name, scripted, why) => {
      const { added, discarded, unread } = await grown({
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
    const { added, discarded, requests, manifest } = await grown({ write: { text: written(text, WELL_MEANT, OTHER) } })
    expect(added).toEqual([WELL_MEANT, OTHER])
    expect(discarded).toEqual([[gate, text.trim()]])
    expect(requests.filter((request) => questionOf(request) === 'verify')).toHaveLength(2)
    expect(manifest.growth).toMatchObject({ gates: { [gate]: 1 }, discarded: {} })
  })

  test('the same passage twice: one of them', async () => {
    const { added, discarded } = await grown({ write: { text: written(SOUND, SOUND, OTHER) } })
    expect([added, discarded]).toEqual([[SOUND, OTHER], [['copies-candidate', SOUND]]])
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
    const { added, discarded, manifest } = await grown({
      verify: (text) => ({ text: text === SOUND ? verified(verdicts, attempts) : rightVerdict(text) }),
    })
    expect(added).toEqual(code === undefined ? [SOUND, WELL_MEANT, OTHER] : [WELL_MEANT, OTHER])
    expect(discarded).toEqual(code === undefined ? [] : [[code, SOUND]])
    expect(manifest.growth?.discarded).toEqual(code === undefined ? {} : { [code]: 1 })
  })

  test('of nothing that is good the row stays as it was', async () => {
    const { after, manifest } = await grown({
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

const anyVerdict = fc.constantFrom('holds', 'violated', 'absent', 'maybe', '')
const anyVerification = fc.oneof(
  fc.record({
    requirements: fc.array(fc.record({ number: fc.integer({ min: 0, max: 5 }), verdict: anyVerdict }), {
      maxLength: 5,
    }),
    attempts_answer: fc.constantFrom<unknown>(true, false, 'no', 'yes', null, 'perhaps'),
  }),
  fc.record({
    requirements: fc.array(fc.constantFrom('holds', 'holds', 'violated', 'absent'), { minLength: 4, maxLength: 4 }),
    attempts_answer: fc.constantFrom(false, false, true),
  }),
  fc.string(),
)

test('whatever a verifier says, nothing unverified becomes a negative', { timeout: 60_000 }, async () => {
  let accepted = 0
  const check = fc.asyncProperty(fc.array(anyVerification, { minLength: 3, maxLength: 3 }), async (said) => {
    const order = [SOUND, WELL_MEANT, OTHER]
    const { added, discarded, out } = await grown({
      verify: (text) => {
        const reply = said[order.indexOf(text)]
        return { text: typeof reply === 'string' ? reply : JSON.stringify(reply) }
      },
    })
    const changes = readJsonl<Json & { verification: { attemptsAnswer: boolean; requirements: string[] } }>(
      out.replace('.jsonl', '.changes.jsonl'),
    )
    expect(changes.map(({ text }) => text)).toEqual(added)
    expect(added.length + discarded.length).toBe(3)
    for (const { text, verification } of changes) {
      const target = order.indexOf(text as string)
      expect(verification.attemptsAnswer).toBe(false)
      expect(verification.requirements[target]).toBe('violated')
      const lost = verification.requirements.filter((each, at) => at !== target && at < 3 && each !== 'holds')
      expect(lost.length).toBeLessThanOrEqual(1)
    }
    accepted += added.length
  })
  await fc.assert(check, { numRuns: 40 })
  expect(accepted).toBeGreaterThan(0)
})

describe('rows', () => {
  test('without negatives are grown, too', async () => {
    const { after } = await grown({}, {}, { query: ROW.query, pos: [POSITIVE] })
    expect(after.neg).toEqual([SOUND, WELL_MEANT, OTHER])
  })

  test('what was generated before is no reference of style, and written again it is a copy', async () => {
    const folder = tempDir()
    const server = await startChatServer({ reply: (request) => ({ text: growingReply(request) }) })
    const input = writeJsonl(join(folder, 'rows.jsonl'), growingRows(4))
    const options = {
      writer: `w@${server.url}`,
      verifier: `v@${server.url}`,
      hardnessModel: 'off',
      ledger: join(folder, 'l.db'),
    }
    const [once, twice] = [join(folder, 'once.jsonl'), join(folder, 'twice.jsonl')]
    const { growth: first } = await grow(input, { ...options, out: once }, { env: {} })
    const asked = server.requests.length
    const { growth: second } = await grow(once, { ...options, out: twice }, { env: {} })
    expect(first?.passages.accepted).toBeGreaterThan(0)
    expect(second).toMatchObject({ passages: { accepted: 0 }, gates: { 'copies-negative': first?.passages.accepted } })
    expect(server.requests).toHaveLength(asked)
    expect(readJsonl(twice)).toEqual(readJsonl(once))
    // Another order of strategies has other passages written, in a style of the mined alone.
    const { growth: third } = await grow(once, { ...options, out: twice, references: 3, seed: 2 }, { env: {} })
    const generated = readJsonl<SyntheticRow>(once).flatMap(({ neg }) => neg.slice(4))
    const asksOf = (request: SeenRequest) => sectionOf(request, 'references')
    await server.close()
    expect(server.requests.slice(asked).some((request) => asksOf(request) !== '')).toBe(true)
    for (const request of server.requests) for (const text of generated) expect(asksOf(request)).not.toContain(text)
    expect(third?.negatives).toMatchObject({ given: 16, generated: first?.passages.accepted })
  })
})

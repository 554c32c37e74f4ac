// Replies of CausalNeg: what is read, what is refused, and why.
import { describe, expect, test } from 'vitest'
import { UnreadableReply } from '../../llm/read.ts'
import { readAnalysis } from './analysis-reply.ts'
import { readVerification } from './verification-reply.ts'
import { readWriting } from './writing-reply.ts'

/** Returns the value, or why there is none and the partial result. */
function tried<T>(read: () => T): T | { why: string; partial: unknown } {
  try {
    return read()
  } catch (error) {
    if (error instanceof UnreadableReply) return { why: error.why, partial: error.partial }
    throw error
  }
}
const why = (code: string, partial?: unknown) => ({ why: code, partial })

describe('an analysis', () => {
  const texts = ['names Lyon', 'gives its population', 'of the year 1999', 'by a census']
  const numbered = texts.map((text, index) => ({ number: index + 1, text, critical: index < 2 }))
  const perturbations = [{ requirement: 1, strategy: 'entity_shift', how: 'Nice' }]
  const said = { need: 'n', meets: 'm', boundary: 'b', requirements: numbered, perturbations }
  const read = {
    need: 'n',
    meets: 'm',
    boundary: 'b',
    requirements: texts.map((text, index) => ({ text, isCritical: index < 2 })),
    perturbations: [{ requirement: 1, strategy: 'entity_shift', how: 'Nice' }],
  }
  const reading = (value: unknown) =>
    tried(() => readAnalysis(typeof value === 'string' ? value : JSON.stringify(value)))
  const withChange = (change: object) => reading({ ...said, ...change })

  test.each([
    ['as asked for', said],
    ['in a fence, with prose', `Sure.\n\`\`\`json\n${JSON.stringify(said, null, 2)}\n\`\`\`\nDone.`],
    ['wrapped', { analysis: said }],
    [
      'with its parts nested',
      { analysis: { need: 'n', meets: 'm', boundary: 'b' }, plan: { requirements: numbered, perturbations } },
    ],
    [
      'with other names for the same',
      { information_need: 'n', how_met: 'm', answer_boundary: 'b', requirements: numbered, perturbations },
    ],
    [
      'requirements by id and description',
      {
        ...said,
        requirements: numbered.map(({ number, text, critical }) => ({
          id: `R${number}`,
          description: text,
          is_critical: critical ? 'yes' : 'no',
        })),
      },
    ],
    [
      'criticality in words',
      {
        ...said,
        requirements: numbered.map(({ text, critical }) => ({ text, criticality: critical ? 'critical' : 'minor' })),
      },
    ],
    [
      'the older shape, strategies within requirements',
      {
        ...said,
        perturbations: undefined,
        requirements: numbered.map((each, index) => ({
          ...each,
          strategies: index === 0 ? [{ type: 'Entity Shift', description: 'Nice' }] : [],
        })),
      },
    ],
    [
      'a requirement named by its text',
      { ...said, perturbations: [{ requirement: 'Names  Lyon', strategy: 'entity-shift', how: 'Nice' }] },
    ],
  ])('%s', (_name, value) => {
    expect(reading(value)).toEqual(read)
  })

  test('requirements as texts alone: those are critical that are to be broken', () => {
    expect(withChange({ requirements: texts })).toMatchObject({
      requirements: texts.map((text, index) => ({ text, isCritical: index === 0 })),
    })
  })

  test('a strategy with its kind, and without a word on how', () => {
    const strategies = ['constraint_violation (time)', 'Relation break', 'upstream_downstream']
    expect(
      withChange({ perturbations: strategies.map((strategy, index) => ({ requirement: index + 1, strategy })) }),
    ).toMatchObject({
      perturbations: ['constraint_violation', 'relation_break', 'upstream_downstream'].map((strategy, index) => ({
        requirement: index + 1,
        strategy,
        how: '',
      })),
    })
  })

  test.each([
    ['nothing', 'I cannot analyse this.', 'malformed'],
    ['cut off', JSON.stringify(said).slice(0, -40), 'incomplete'],
    ['too few requirements', { ...said, requirements: numbered.slice(0, 3) }, 'out-of-range'],
    [
      'too many',
      { ...said, requirements: Array.from({ length: 9 }, (_all, index) => `condition ${index}`) },
      'out-of-range',
    ],
    ['one twice', { ...said, requirements: [...numbered.slice(0, 3), { ...numbered[0], number: 4 }] }, 'contradictory'],
    ['numbers out of order', { ...said, requirements: numbered.toReversed() }, 'contradictory'],
    [
      'an empty one',
      { ...said, requirements: [...numbered.slice(0, 3), { number: 4, text: ' ', critical: true }] },
      'incomplete',
    ],
    ['a number for a text', { ...said, requirements: [...numbered.slice(0, 3), 4] }, 'malformed'],
    ['requirements that are no list', { ...said, requirements: 'four' }, 'malformed'],
    ['none critical', { ...said, requirements: numbered.map((each) => ({ ...each, critical: false })) }, 'incomplete'],
    [
      'critical or not said of some only',
      {
        ...said,
        requirements: numbered.map(({ critical, ...each }, index) => (index === 0 ? { ...each, critical } : each)),
      },
      'incomplete',
    ],
    ['no need', { ...said, need: '' }, 'incomplete'],
    ['no boundary', { ...said, boundary: null }, 'incomplete'],
    ['a list for a text', { ...said, meets: ['m'] }, 'malformed'],
    ['no perturbation', { ...said, perturbations: [] }, 'incomplete'],
    [
      'an unknown strategy',
      { ...said, perturbations: [{ requirement: 1, strategy: 'confuse', how: 'x' }] },
      'out-of-range',
    ],
    ['no strategy', { ...said, perturbations: [{ requirement: 1, how: 'x' }] }, 'out-of-range'],
    [
      'an unknown requirement',
      { ...said, perturbations: [{ requirement: 5, strategy: 'entity_shift', how: 'x' }] },
      'out-of-range',
    ],
    [
      'requirement 0',
      { ...said, perturbations: [{ requirement: 0, strategy: 'entity_shift', how: 'x' }] },
      'out-of-range',
    ],
    [
      'a requirement that is none',
      { ...said, perturbations: [{ requirement: null, strategy: 'entity_shift', how: 'x' }] },
      'malformed',
    ],
  ])('%s is refused', (_name, value, code) => {
    expect(reading(value)).toMatchObject({ why: code })
  })
})

describe('a writing', () => {
  const asked = { passages: 2, references: 3, hasTitles: false }
  const said = [
    { number: 1, rewrites: 2, text: 'first' },
    { number: 2, rewrites: null, text: 'second' },
  ]
  const read = [
    { number: 1, text: 'first', rewrites: 2 },
    { number: 2, text: 'second' },
  ]
  const reading = (value: unknown, how = asked) =>
    tried(() => readWriting(typeof value === 'string' ? value : JSON.stringify(value), how))

  test.each([
    ['as asked for', { passages: said }],
    ['in a fence, with prose', `Of course:\n\`\`\`\n${JSON.stringify({ passages: said })}\n\`\`\`\nAll done!`],
    ['the list alone', said],
    ['the list in a fence', `\`\`\`json\n${JSON.stringify(said)}\n\`\`\``],
    ['wrapped, by another name', { result: { hard_negatives: said } }],
    ['without numbers, in order', { passages: said.map(({ number: _number, ...each }) => each) }],
    ['numbers as names', { passages: said.map((each) => ({ ...each, number: `Passage (${each.number})` })) }],
    ['a word for no reference', { passages: [said[0], { ...said[1], rewrites: 'None' }] }],
    ['0 for no reference', { passages: [said[0], { ...said[1], rewrites: 0 }] }],
    ['a reference by its label', { passages: [{ ...said[0], rewrites: 'Reference (2)' }, said[1]] }],
  ])('%s', (_name, value) => {
    expect(reading(value)).toEqual(read)
  })

  test('texts alone, in order; an empty text is an answer; one passage may stand by itself', () => {
    expect(reading({ passages: ['first', ''] })).toEqual([
      { number: 1, text: 'first' },
      { number: 2, text: '' },
    ])
    expect(reading({ text: 'first' }, { ...asked, passages: 1 })).toEqual([{ number: 1, text: 'first' }])
  })

  test('titles, where they are asked for', () => {
    const titled = { passages: said.map((each) => ({ ...each, title: `T${each.number}` })) }
    expect(reading(titled, { ...asked, hasTitles: true })).toEqual(
      read.map((each) => ({ ...each, title: `T${each.number}` })),
    )
    expect(reading({ passages: [titled.passages[0], said[1]] }, { ...asked, hasTitles: true })).toEqual(
      why('incomplete', [{ ...read[0], title: 'T1' }]),
    )
    expect(reading({ passages: said }, { ...asked, hasTitles: true })).toEqual(why('incomplete'))
    expect(reading(titled), 'not asked for').toEqual(read)
  })

  test.each([
    ['nothing', 'As an AI I cannot.', 'malformed', undefined],
    ['cut off', JSON.stringify({ passages: said }).slice(0, -12), 'incomplete', undefined],
    ['one left out', { passages: [said[1]] }, 'incomplete', [read[1]]],
    ['none at all', { passages: [] }, 'incomplete', undefined],
    ['one too many', { passages: [...said, { number: 3, text: 'third' }] }, 'out-of-range', undefined],
    ['one twice', { passages: [said[0], { ...said[1], number: 1 }] }, 'contradictory', undefined],
    [
      'a reference that is not there',
      { passages: [{ ...said[0], rewrites: 4 }, said[1]] },
      'out-of-range',
      [{ number: 1, text: 'first' }, read[1]],
    ],
    [
      'a reference that is none',
      { passages: [{ ...said[0], rewrites: 'the second' }, said[1]] },
      'malformed',
      undefined,
    ],
    ['a number for a text', { passages: [{ number: 1, text: 7 }, said[1]] }, 'malformed', undefined],
    ['passages that are no list', { passages: 'first, second' }, 'malformed', undefined],
  ])('%s is refused', (_name, value, code, partial) => {
    expect(reading(value)).toEqual(why(code, partial))
  })
})

describe('a verification', () => {
  const entries = ['holds', 'violated', 'absent'].map((verdict, index) => ({ number: index + 1, why: 'w', verdict }))
  const said = { requirements: entries, why: 'because', attempts_answer: false }
  const read = { attemptsAnswer: false, requirements: ['holds', 'violated', 'absent'], reason: 'because' }
  const reading = (value: unknown) =>
    tried(() => readVerification(typeof value === 'string' ? value : JSON.stringify(value), 3))

  test.each([
    ['as asked for', said],
    ['in a fence, with prose', `\`\`\`json\n${JSON.stringify(said)}\n\`\`\` That is all.`],
    ['wrapped', { result: said }],
    ['in another order', { ...said, requirements: entries.toReversed() }],
    ['words in order', { ...said, requirements: ['holds', 'Violated', 'absent.'] }],
    [
      'by number',
      { ...said, requirements: { 1: 'holds', R2: 'violated', 'Requirement 3': { verdict: 'absent', why: 'w' } } },
    ],
    ['without numbers', { ...said, requirements: entries.map(({ verdict }) => ({ status: verdict })) }],
    [
      'with their texts before their numbers, which other numbers stand in',
      { ...said, requirements: entries.toReversed().map((each) => ({ requirement: 'Apollo 2', ...each })) },
    ],
    ['other words for the same', { ...said, requirements: ['met', 'broken', 'not mentioned'] }],
    ['no for false, and other names', { requirements: entries, reason: 'because', attemptsAnswer: 'No' }],
  ])('%s', (_name, value) => {
    expect(reading(value)).toEqual(read)
  })

  test('an attempt, without a reason', () => {
    expect(reading({ requirements: entries, attempts_answer: true })).toEqual({
      attemptsAnswer: true,
      requirements: read.requirements,
    })
  })

  test.each([
    ['nothing', 'It looks fine to me.', 'malformed'],
    ['cut off', JSON.stringify(said).slice(0, -10), 'incomplete'],
    ['one left out', { ...said, requirements: entries.slice(0, 2) }, 'incomplete'],
    ['none', { ...said, requirements: [] }, 'incomplete'],
    ['one too many', { ...said, requirements: [...entries, { number: 4, verdict: 'holds' }] }, 'out-of-range'],
    ['requirement 0', { ...said, requirements: [...entries, { number: 0, verdict: 'holds' }] }, 'out-of-range'],
    ['two words on one', { ...said, requirements: [...entries, { number: 2, verdict: 'holds' }] }, 'contradictory'],
    ['a word of its own', { ...said, requirements: ['holds', 'partly', 'absent'] }, 'malformed'],
    ['no word', { ...said, requirements: [...entries.slice(0, 2), { number: 3, why: 'w' }] }, 'incomplete'],
    [
      'a strange number',
      { ...said, requirements: [...entries.slice(0, 2), { number: 'last', verdict: 'holds' }] },
      'malformed',
    ],
    [
      'texts for numbers',
      {
        ...said,
        requirements: entries.map(({ verdict }, index) => ({ requirement: `Windows ${index + 1}`, verdict })),
      },
      'malformed',
    ],
    ['requirements that are a text', { ...said, requirements: 'all hold' }, 'malformed'],
    ['no word on an attempt', { requirements: entries, why: 'because' }, 'malformed'],
    ['an attempt that is null', { ...said, attempts_answer: null }, 'incomplete'],
    ['an attempt that may be', { ...said, attempts_answer: 'partly' }, 'malformed'],
  ])('%s is refused', (_name, value, code) => {
    expect(reading(value)).toMatchObject({ why: code })
  })
})

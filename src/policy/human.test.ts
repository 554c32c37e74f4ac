// The word of people over that of judges, on one row and RLHN's policy.
import { describe, expect, it } from 'vitest'
import type { Evidence, Human } from '../evidence/evidence.ts'
import { RLHN_POLICY_DEFAULTS, rlhnPolicy } from '../methods/rlhn/policy.ts'
import { arhnPolicy } from '../methods/arhn/policy.ts'
import type { Passage, Row } from '../rows/row.ts'
import { COMMON_DEFAULTS, type CommonOptions } from './changes.ts'
import { HumanCount, humanLines, withHumans } from './human.ts'
import type { Decision } from './policy.ts'

const passage = (id: string, label: Passage['label'] = 'negative', text = `text of ${id}`): Passage => ({
  id,
  text,
  label,
  origin: 'given',
})

const ROW: Row = {
  id: 'q',
  query: 'query',
  passages: [passage('p', 'positive'), ...['a', 'b', 'c', 'd'].map((id) => passage(id))],
}

const judged = (id: string, verdict: string): Evidence => ({
  kind: 'verdict',
  passage: id,
  stage: 'judge',
  model: 'm',
  prompt: 'p@1',
  verdict,
})

const JUDGED = [judged('a', 'better'), judged('b', 'worse'), judged('c', 'irrelevant'), judged('d', 'irrelevant')]

const human = (id: string, who: string, verdict: Human['verdict']): Human => ({
  kind: 'human',
  passage: id,
  stage: 'human',
  who,
  verdict,
  at: '2026-11-29',
})

function decide(
  evidence: Evidence[],
  given: { humanRelevant?: 'relabel' | 'remove'; row?: Row } & Partial<CommonOptions> = {},
): Decision {
  const { humanRelevant = 'relabel', row = ROW, ...others } = given
  const common = { ...COMMON_DEFAULTS, ...others }
  const policy = withHumans(
    rlhnPolicy({ ...RLHN_POLICY_DEFAULTS, ...others }),
    { human: 'overrides', humanRelevant },
    common,
  )
  return policy(row, evidence)
}

const moves = ({ changes }: Decision) => changes.map((each) => [each.passage.id, each.to, each.stage])

describe('people against a judge', () => {
  it('keep a negative that the judge found', () => {
    const decision = decide([...JUDGED, human('a', 'anna', 'irrelevant')])
    expect(moves(decision)).toEqual([['b', 'ignored', 'judge']])
    expect(decision.falseNegatives).toBe(1)
  })

  it('make a positive of one that the judge passed over, or take it out', () => {
    const said = [...JUDGED, human('c', 'anna', 'relevant')]
    expect(moves(decide(said))).toEqual([
      ['a', 'positive', 'judge'],
      ['b', 'ignored', 'judge'],
      ['c', 'positive', 'human'],
    ])
    expect(moves(decide(said, { humanRelevant: 'remove' })).at(-1)).toEqual(['c', 'ignored', 'human'])
    expect(decide(said).changes.at(-1)).toMatchObject({ verdict: 'relevant', reason: 'relevant: anna' })
    expect(decide(said).falseNegatives).toBe(3)
  })

  it('decide by most of them; a tie leaves the row to the policy', () => {
    const votes = [human('a', 'anna', 'relevant'), human('a', 'ben', 'irrelevant')]
    expect(decide([...JUDGED, ...votes])).toEqual(decide(JUDGED))
    expect(moves(decide([...JUDGED, ...votes, human('a', 'carl', 'irrelevant')]))).toEqual([['b', 'ignored', 'judge']])
  })

  it('say nothing where they are unsure or skip', () => {
    expect(decide([...JUDGED, human('a', 'anna', 'unsure'), human('b', 'anna', 'skip')])).toEqual(decide(JUDGED))
  })

  it('are heard in a row that no judge could read', () => {
    const unread: Evidence = {
      kind: 'unread',
      stage: 'judge',
      model: 'm',
      passages: ['a'],
      why: 'empty',
      detail: 'nothing',
    }
    expect(decide([unread]).outcome).toBe('undecided')
    const decision = decide([unread, human('c', 'anna', 'relevant')])
    expect([decision.outcome, moves(decision), decision.unread]).toEqual([
      'changed',
      [['c', 'positive', 'human']],
      [unread],
    ])
    expect(decide([unread, human('c', 'anna', 'irrelevant')]).outcome).toBe('undecided')
  })

  it('cannot leave a row without negatives unseen', () => {
    const all = ['a', 'b', 'c', 'd'].map((id) => human(id, 'anna', 'relevant'))
    expect(decide([...JUDGED, ...all])).toMatchObject({ outcome: 'dropped', reason: { code: 'no negatives left' } })
    expect(decide([...JUDGED, ...all], { whenNoNegativesLeft: 'refill' })).toMatchObject({
      outcome: 'changed',
      wanted: 4,
    })
  })

  it('give no text two labels', () => {
    const row = {
      ...ROW,
      passages: [...ROW.passages, passage('copy', 'negative', 'text of c'), passage('twin', 'negative', 'text of p')],
    }
    const known: Evidence = { kind: 'known', passage: 'twin', stage: 'duplicate', reason: 'a copy' }
    const said = [known, ...JUDGED, human('c', 'anna', 'relevant'), human('twin', 'anna', 'irrelevant')]
    expect(moves(decide(said, { row }))).toContainEqual(['copy', 'ignored', 'human'])
    expect(moves(decide(said, { row }))).toContainEqual(['twin', 'ignored', 'duplicate'])
  })

  it('are heard by a policy that goes by ranks as well', () => {
    const answers = ['p', 'a'].map((id): Evidence => ({ ...judged(id, 'answers'), stage: 'extract' }) as Evidence)
    const ranks = ['a', 'p'].map((id, at): Evidence => {
      return {
        kind: 'rank',
        passage: id,
        stage: 'rank',
        model: 'm',
        prompt: 'p@1',
        order: 1,
        window: '1',
        rank: at + 1,
      }
    })
    const policy = withHumans(arhnPolicy(), { human: 'overrides', humanRelevant: 'relabel' }, COMMON_DEFAULTS)
    expect(moves(policy(ROW, [...answers, ...ranks]))).toEqual([['a', 'positive', 'rank']])
    expect(moves(policy(ROW, [...answers, ...ranks, human('a', 'anna', 'irrelevant')]))).toEqual([])
  })
})

describe('the count', () => {
  const counted = (evidence: Evidence[], decision: Decision, isHeard = true) => {
    const count = new HumanCount({ human: isHeard ? 'overrides' : 'ignore' })
    count.add({ entry: { row: ROW } as never, evidence, decision })
    return count.found
  }

  it('says what was said, also where it is not used', () => {
    const said = [
      human('a', 'anna', 'relevant'),
      human('b', 'anna', 'irrelevant'),
      human('c', 'anna', 'relevant'),
      human('c', 'ben', 'irrelevant'),
    ]
    const counts = { relevant: 1, irrelevant: 1, disputed: 1, inDroppedRows: 0 }
    expect(counted(said, decide(said))).toEqual({ overrides: true, ...counts })
    expect(counted(said, decide(JUDGED), false)).toEqual({ overrides: false, ...counts })
    expect(counted(JUDGED, decide(JUDGED))).toBeUndefined()
    expect(humanLines({ overrides: false, ...counts })).toEqual([
      'people on 3 negatives: 1 relevant, 1 not, 1 disputed; not used (--human overrides)',
    ])
  })

  it('tells words in rows that are dropped for other passages', () => {
    const said = [...JUDGED, human('c', 'anna', 'relevant')]
    const dropped = decide(said, { better: 'drop-row' } as never)
    expect(dropped.outcome).toBe('dropped')
    expect(counted(said, dropped)?.inDroppedRows).toBe(1)
  })
})

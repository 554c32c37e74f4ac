import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UsageError } from '../../base/errors.ts'
import { MEASURES } from './index.ts'
import { parseMeasures } from './parse.ts'

const namesOf = (text: string, rel?: number) => parseMeasures(text, { rel }).map(({ name }) => name)

describe('parseMeasures', () => {
  it('writes names as ir_measures does', () => {
    const names = [
      'nDCG@10',
      "nDCG(dcg='exp-log2')@20",
      'RR@10',
      'AP',
      'AP(rel=2)@100',
      'P(rel=2)@10',
      'P(rel=2,judged_only=True)@5',
      'R@100',
      'Rprec',
      'Success@1',
      'Judged@10',
      'Bpref',
      'IPrec@0.1',
      'IPrec@1.0',
      'RBP(p=0.9)',
      'RBP(p=0.95,rel=2)@10',
      'SetF(beta=0.5)',
      'SetP(relative=True)',
      'NumRet(rel=1)',
      'nDCG(gains={1:3,2:7})@10',
    ]
    expect(namesOf(names.join(' '))).toEqual(names)
  })

  it('reads other names of the same measure', () => {
    const pairs = {
      'MRR@10': 'RR@10',
      MAP: 'AP',
      'Recall@5': 'R@5',
      NumRelRet: 'NumRet(rel=1)',
      SetRelP: 'SetP(relative=True)',
      'nDCG(dcg=exp-log2)@20': "nDCG(dcg='exp-log2')@20",
      "nDCG(dcg='log2')@20": 'nDCG@20',
      'P( rel = 2 )@10': 'P(rel=2)@10',
      ndcg_cut_10: 'nDCG@10',
      map_cut_100: 'AP@100',
      map: 'AP',
      recip_rank: 'RR',
      P_5: 'P@5',
      recall_1000: 'R@1000',
      'iprec_at_recall_0.10': 'IPrec@0.1',
      num_rel_ret: 'NumRet(rel=1)',
      rbp: 'RBP(p=0.9)',
      'Rprec_mult_0.20': 'Rprec_mult@0.2',
      'Rprec_mult_1.00': 'Rprec_mult@1.0',
      unj_5: 'unj@5',
    }
    for (const [written, name] of Object.entries(pairs)) expect(namesOf(written)).toEqual([name])
  })

  it('separates by white space and commas, and drops repeats', () => {
    expect(namesOf(' nDCG@10,P(rel=2,judged_only=True)@5\n ndcg_cut_10 ')).toEqual([
      'nDCG@10',
      'P(rel=2,judged_only=True)@5',
    ])
  })

  it('sets the level of relevance where the name does not', () => {
    expect(namesOf('P@10 P(rel=3)@10 nDCG@10 NumRet NumRelRet RBP', 2)).toEqual([
      'P(rel=2)@10',
      'P(rel=3)@10',
      'nDCG@10',
      'NumRet',
      'NumRet(rel=2)',
      'RBP',
    ])
  })

  it('knows the groups of trec_eval', () => {
    expect(namesOf('official')).toHaveLength(29)
    expect(new Set(namesOf('all_trec')).size).toBe(98)
  })

  it('tells everything that is wrong at once, and what is allowed', () => {
    const text =
      'nDCG@10 nDGC@10 P P@0 R@1.5 AP(rel=0) AP(level=2) IPrec@2 Bpref@10 ndcg_cut_x nDCG(dcg=ln) P(rel=2 toString'
    let thrown: unknown
    try {
      parseMeasures(text)
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeInstanceOf(UsageError)
    const { message, hint } = thrown as UsageError
    expect(message.split('\n')).toEqual([
      'nDGC@10: unknown measure',
      'P: missing cutoff, such as P@10',
      'P@0: @0 is not allowed; allowed: a whole number of ranks, 1 or more',
      'R@1.5: @1.5 is not allowed; allowed: a whole number of ranks, 1 or more',
      'AP(rel=0): rel=0 is not allowed; rel: lowest relevant grade; a whole number of 1 or more',
      'AP(level=2): no parameter "level"; AP takes: rel, judged_only',
      'IPrec@2: @2 is not allowed; allowed: a share of the relevant documents from 0 to 1',
      'Bpref@10: Bpref takes no @',
      'ndcg_cut_x: unknown measure',
      "nDCG(dcg=ln): dcg=ln is not allowed; dcg: gain of a grade: itself, or 2^grade - 1; 'log2' or 'exp-log2'",
      'P(rel=2 toString: not a measure',
    ])
    expect(hint).toContain('nDCG[@k], RR[@k], AP[@k], P@k')
    expect(() => parseMeasures('  ')).toThrow('no measure given')
  })

  it('reads every name that it writes as the same measure', () => {
    const at = { rank: ['@1', '@10'], recall: ['@0.1', '@1.0'], multiple: ['@0.5'] }
    const parameters = fc.constantFrom('', '(rel=2)', '(judged_only=True)', '(rel=3,judged_only=True)')
    const written = fc
      .tuple(fc.constantFrom(...MEASURES), parameters)
      .chain(([family, text]) =>
        fc
          .constantFrom(...(family.at === undefined ? [''] : [...at[family.at], ...(family.isAtRequired ? [] : [''])]))
          .map((place) => `${family.name}${text}${place}`),
      )
    fc.assert(
      fc.property(written, (text) => {
        let names: string[]
        try {
          names = namesOf(text)
        } catch {
          return
        }
        expect(namesOf(names.join(' '))).toEqual(names)
        expect(parseMeasures(names[0] ?? '')[0]?.parameters).toEqual(parseMeasures(text)[0]?.parameters)
      }),
    )
  })
})

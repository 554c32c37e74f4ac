// The options of search that commands share.
import { choice, decimal, flagOf, integer, text, type OptionInput } from '../options/options.ts'
import { withoutLogin } from '../base/url.ts'
import { BM25_DEFAULTS } from './bm25/bm25.ts'
import { TOKENIZERS } from './bm25/tokenizers.ts'
import { DENSE_SEARCHES } from './dense/dense.ts'
import { RRF_K } from './fusion.ts'

/** For every command that searches a corpus. */
export const RETRIEVER_OPTIONS = {
  index: text('DIR', {
    help: 'cache for indexes and vectors, one folder per corpus (default: ~/.cache/winnow/indexes)',
    rare: true,
  }),
  tokenizer: choice(TOKENIZERS, {
    help: 'bm25: english stems words; words does not; characters also handles scripts without spaces; trigram matches parts of words',
    default: BM25_DEFAULTS.tokenizer,
  }),
  bm25K1: decimal('N', {
    help: 'bm25: k1, the weight of repeated terms',
    default: BM25_DEFAULTS.k1,
    min: 0,
    rare: true,
  }),
  bm25B: decimal('N', {
    help: 'bm25: b, the penalty for long documents',
    default: BM25_DEFAULTS.b,
    min: 0,
    max: 1,
    rare: true,
  }),
  search: choice(DENSE_SEARCHES, {
    help: 'vectors: exact compares all, hnsw searches a graph; auto uses hnsw from a million documents',
    default: 'auto',
    rare: true,
  }),
  rrfK: integer('N', {
    help: 'A+B: constant k of reciprocal rank fusion',
    default: RRF_K,
    min: 0,
    paper: 'Cormack et al. 2009',
    rare: true,
  }),
}

type Name = keyof typeof RETRIEVER_OPTIONS

/** What some options are for, and whether a retriever with these parts uses them. */
const USES: { names: Name[]; isUsed(parts: string[]): boolean; lacks: string }[] = [
  { names: ['tokenizer', 'bm25K1', 'bm25B'], isUsed: (parts) => parts.includes('bm25'), lacks: 'does not use bm25' },
  { names: ['search'], isUsed: (parts) => parts.some((part) => part !== 'bm25'), lacks: 'uses no vectors' },
  {
    names: ['rrfK'],
    isUsed: (parts) => parts.length > 1,
    lacks: 'is a single retriever, so there are no ranks to fuse',
  },
]

/**
 * Lists the given options that have no effect on a retriever, one sentence each.
 * @param spec such as `bm25+hf:PATH`
 */
export function idleOptions(spec: string, given: OptionInput<typeof RETRIEVER_OPTIONS>): string[] {
  const parts = spec.split('+').map((part) => part.trim())
  return USES.filter(({ isUsed }) => !isUsed(parts)).flatMap(({ names, lacks }) => {
    const idle = names.filter((name) => given[name] !== undefined).map(flagOf)
    return idle.length === 0 ? [] : [`${idle.join(', ')}: no effect, ${withoutLogin(spec)} ${lacks}`]
  })
}

// The options of eval.
import { IDENTICAL_IDS } from '../../collections/open.ts'
import type { Measure } from '../../evaluate/measures/measure.ts'
import { parseMeasures } from '../../evaluate/measures/parse.ts'
import { SCORE_PRECISIONS } from '../../evaluate/ranked.ts'
import { MISSING_QUERIES } from '../../evaluate/score.ts'
import { choice, flag, integer, text, type OptionInput, type OptionValues } from '../../options/options.ts'
import { RETRIEVER_OPTIONS } from '../../search/options.ts'

export const DEFAULT_DEPTH = 1000
const DEFAULT_MEASURES = 'nDCG@10 RR@10 R@100'

export const EVAL_OPTIONS = {
  split: text('SPLIT', { help: 'which judgements of a collection (default: test, or the only ones there are)' }),
  measures: text('LIST', {
    help: 'measures, as in "nDCG@10 RR@10 AP(rel=2)@100"; trec_eval\'s names and its groups official and all_trec too',
    default: DEFAULT_MEASURES,
  }),
  depth: integer('N', {
    help: `documents a query that are retrieved, or of a run that count (default: ${DEFAULT_DEPTH}, of a run all)`,
    min: 1,
  }),
  run: text('FILE', { help: 'evaluate this TREC run instead of a retriever' }),
  qrels: text('FILE', { help: 'judgements (TREC or BEIR) instead of those of the collection' }),
  runOut: text('FILE', {
    help: 'write what was retrieved as a TREC run; {collection} stands for the name of each of several',
  }),
  perQuery: flag({ help: 'the values of each query too: in --json, or as a table' }),
  rerank: text('SCORER', { help: 'rescore the first documents with a reranker or an encoder' }),
  rerankDepth: integer('N', {
    help: 'how many documents a query are rescored; the others are left out',
    default: 100,
    min: 1,
  }),
  missingQueries: choice(MISSING_QUERIES, {
    help: 'judged queries that a run has not: zero counts them as 0 (trec_eval -c), skip leaves them out (trec_eval without -c)',
    default: 'zero',
  }),
  relevanceLevel: integer('N', {
    help: 'the lowest relevant grade of measures that do not say rel= (trec_eval -l)',
    default: 1,
    min: 1,
  }),
  subset: text('NAME', { help: 'which of several languages or datasets in the folder', rare: true }),
  identicalIds: choice(IDENTICAL_IDS, {
    help: 'a document with the id of its query: ignore it, keep it, or auto: ignored in AIR-Bench, ArguAna and Quora',
    default: 'auto',
    rare: true,
  }),
  scorePrecision: choice(SCORE_PRECISIONS, {
    help: 'scores are equal when equal as 32-bit floats (single: trec_eval 9, pytrec_eval), or exactly (double: trec_eval 10)',
    default: 'single',
    rare: true,
  }),
  ...RETRIEVER_OPTIONS,
}

export type EvalInput = OptionInput<typeof EVAL_OPTIONS>
export type EvalValues = OptionValues<typeof EVAL_OPTIONS>

/** @throws UsageError naming every unknown measure */
export function measuresOf({ measures, relevanceLevel }: EvalValues): Measure[] {
  return parseMeasures(measures ?? DEFAULT_MEASURES, { rel: relevanceLevel })
}

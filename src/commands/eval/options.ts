// The options of eval.
import { IDENTICAL_IDS } from '../../collections/open.ts'
import type { Measure } from '../../evaluate/measures/measure.ts'
import { parseMeasures } from '../../evaluate/measures/parse.ts'
import { SCORE_PRECISIONS } from '../../evaluate/ranked.ts'
import { MISSING_QUERIES } from '../../evaluate/score.ts'
import { SUITE_NAMES } from '../../evaluate/suites/index.ts'
import { choice, flag, integer, text, type OptionInput, type OptionValues } from '../../options/options.ts'
import { RETRIEVER_OPTIONS } from '../../search/options.ts'

export const DEFAULT_ROOT = 'data'
const DEFAULT_DEPTH = 1000
const DEFAULT_RERANK_DEPTH = 100
const DEFAULT_MEASURES = 'nDCG@10 RR@10 R@100'

export const EVAL_OPTIONS = {
  split: text('SPLIT', { help: 'split of the judgements (default: test, or the only one)' }),
  measures: text('LIST', {
    help: 'measures, such as "nDCG@10 RR@10 AP(rel=2)@100"; trec_eval names and its groups official and all_trec work too',
    default: DEFAULT_MEASURES,
  }),
  depth: integer('N', {
    help: `documents retrieved per query, or read from a run (default: ${DEFAULT_DEPTH}; all of a run)`,
    min: 1,
  }),
  suite: choice(SUITE_NAMES, {
    help: 'evaluate on all collections of a benchmark that are below --root',
  }),
  root: text('DIR', { help: `the folder that holds the collections of --suite (default: ${DEFAULT_ROOT})` }),
  mteb: text('DIR', { help: 'write the results of --suite as mteb does, a JSON file for each task' }),
  run: text('FILE', { help: 'evaluate this TREC run instead of a retriever' }),
  qrels: text('FILE', { help: "judgements (TREC or BEIR) instead of the collection's" }),
  runOut: text('FILE', {
    help: 'write the results as a TREC run; {collection} is replaced by the name of each collection',
  }),
  perQuery: flag({ help: 'also report each query: in --json, or as a table' }),
  rerank: text('SCORER', { help: 'rescore the top documents with a reranker or an encoder' }),
  rerankDepth: integer('N', {
    help: `documents rescored per query; the rest are dropped (default: --depth, else ${DEFAULT_RERANK_DEPTH})`,
    min: 1,
  }),
  missingQueries: choice(MISSING_QUERIES, {
    help: 'judged queries missing from a run: zero counts them as 0 (trec_eval -c), skip leaves them out (trec_eval without -c)',
    default: 'zero',
  }),
  relevanceLevel: integer('N', {
    help: 'lowest relevant grade for measures without rel= (trec_eval -l)',
    default: 1,
    min: 1,
  }),
  subset: text('NAME', { help: 'language or dataset, if the folder holds several', rare: true }),
  identicalIds: choice(IDENTICAL_IDS, {
    help: 'documents with the id of the query: ignore, keep, or auto (ignored in AIR-Bench, ArguAna and Quora)',
    default: 'auto',
    rare: true,
  }),
  scorePrecision: choice(SCORE_PRECISIONS, {
    help: 'precision at which scores tie: single (32-bit, as in trec_eval 9 and pytrec_eval) or double (as in trec_eval 10)',
    default: 'single',
    rare: true,
  }),
  ...RETRIEVER_OPTIONS,
}

export type EvalInput = OptionInput<typeof EVAL_OPTIONS>
export type EvalValues = OptionValues<typeof EVAL_OPTIONS>

/** How many documents are retrieved for a query, and how many of them are reported. */
export function depthsOf({ depth, rerank, rerankDepth }: EvalValues): { retrieved: number; reported: number } {
  const retrieved = rerank === undefined ? (depth ?? DEFAULT_DEPTH) : (rerankDepth ?? depth ?? DEFAULT_RERANK_DEPTH)
  return { retrieved, reported: Math.min(depth ?? retrieved, retrieved) }
}

/** @throws UsageError naming every unknown measure */
export function measuresOf({ measures, relevanceLevel }: EvalValues): Measure[] {
  return parseMeasures(measures ?? DEFAULT_MEASURES, { rel: relevanceLevel })
}

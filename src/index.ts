// The public names, and nothing else; docs/library.md describes each.

// One function per command, and its options
export { clean, planClean } from './commands/clean/clean.ts'
export { grow, planGrow } from './commands/grow/grow.ts'
export type { CleanOptions, GrowOptions } from './job/job.ts'
export { apply, type ApplyOptions } from './job/apply.ts'
export { explain } from './browse/explain.ts'
export type { Explanation } from './browse/explain-row.ts'
export type { ExplainOptions } from './browse/explain-options.ts'
export { doctor } from './commands/doctor/doctor.ts'
export { mine, planMine } from './commands/mine/mine.ts'
export type { MineOptions } from './mining/options.ts'
export { overlap } from './commands/overlap/overlap.ts'
export { evaluate } from './commands/eval/evaluate.ts'
export { evaluateRun } from './commands/eval/run.ts'
export type { EvalInput } from './commands/eval/options.ts'
export { trainEncoder } from './train/train.ts'
export type { TrainInput } from './train/input.ts'
export { compare } from './commands/compare/compare.ts'
export type { CompareInput } from './commands/compare/options.ts'
export { prune } from './commands/prune/prune.ts'
export type { PruneInput } from './commands/prune/options.ts'
export { diagnose } from './commands/diagnose/diagnose.ts'
export type { DiagnoseInput } from './commands/diagnose/options.ts'
export { judges } from './commands/judges/judges.ts'
export type { JudgesInput } from './commands/judges/options.ts'
export type { JobHooks } from './job/hooks.ts'
export type { Manifest } from './job/manifest.ts'

// Models of your own
export type { ChatModel, ChatRequest, Completion } from './llm/chat.ts'
export { openModel } from './llm/models.ts'
export { CallError, StopRun } from './llm/errors.ts'
export { UsageError, WinnowError } from './base/errors.ts'

// Policies of your own
export type { Decision, OwnPolicy, Policy } from './policy/policy.ts'
export { decideRow } from './policy/decide-row.ts'
export { rlhnPolicy } from './methods/rlhn/policy.ts'
export { arhnPolicy } from './methods/arhn/policy.ts'
export { percposPolicy } from './methods/percpos/policy.ts'
export { causalnegPolicy } from './methods/causalneg/policy.ts'
export type { Evidence } from './evidence/evidence.ts'

// Methods of your own
export { defineMethod, type OwnMethod } from './job/program/define-method.ts'
export { runMethod } from './job/run-method.ts'
export { UnreadableReply } from './llm/read.ts'
export type { Ledger } from './llm/ledger/ledger.ts'
export { openLedger } from './llm/ledger/open.ts'

// Rows
export { labelled, type Passage, type Row } from './rows/row.ts'
export { detectFormat, readRows, relabelledBytes } from './rows/read.ts'
export { formatNamed } from './rows/formats/index.ts'
export { bytesIn } from './rows/convert.ts'

// Search
export { openCollection } from './collections/open.ts'
export { openDocumentStore } from './search/store/document-store.ts'
export { openRetriever } from './search/open.ts'
export { denseRetriever } from './search/dense/dense.ts'
export { fusedRetriever } from './search/fusion.ts'
export { rerankedBy } from './search/rerank.ts'
export type { DocumentStore, Retriever, Searcher } from './search/retriever.ts'
export { openEncoder, openScorer } from './encoders/models.ts'
export type { Encoder } from './encoders/encoder.ts'
export type { Scorer } from './encoders/scorer.ts'

// Gold
export { readGold } from './judging/gold.ts'

// Measures
export { parseMeasures } from './evaluate/measures/parse.ts'
export { evaluateResults } from './evaluate/evaluation.ts'
export { readRun } from './evaluate/run-file.ts'
export { readGrades } from './collections/grades.ts'

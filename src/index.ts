// Everything public, and nothing else.

// The main jobs
export { clean, planClean } from './run/clean.ts'
export { grow, planGrow } from './run/grow.ts'
export type { CleanOptions, GrowOptions, Progress, RunHooks } from './run/job.ts'
export type { Growth, Hardness } from './run/growing/totals.ts'
export type { HardnessFigures } from './run/growing/hardness-totals.ts'
export type { HardnessEncoder } from './run/growing/hardness.ts'
export type { DownloadProgress } from './llm/adapters/gguf/download.ts'
export type { DownloadConsent } from './llm/adapters/gguf/resolve.ts'
export { mine, planMine, type MiningHooks } from './run/mine.ts'
export type { MineOptions } from './run/mining/options.ts'
export type { MineManifest, MinePlan } from './run/mining/manifest.ts'
export type { Threshold } from './retrieval/mining/thresholds.ts'
export { diagnose as doctor, type Diagnosis as DoctorReport, type DoctorHooks } from './doctor/doctor.ts'
export type { Finding } from './doctor/finding.ts'
export { apply, type ApplyOptions } from './run/apply.ts'
export { explain, type Explanation, type ExplainOptions } from './run/explain.ts'
export type { ExplainedCandidate, ExplainedPassage, ExplainedRank } from './run/explained-passages.ts'
export type { ExplainedCall } from './run/recorded-calls.ts'
export { overlap, type OverlapHooks } from './run/overlap/overlap.ts'
export type { OverlapReport, Removed } from './run/overlap/report.ts'
export type { Found, OverlapExample } from './overlap/tally.ts'
export type { Manifest, Cost } from './run/manifest.ts'
export type { MiningRules, Reason } from './retrieval/mining/rules.ts'
export type { Estimate, StageEstimate } from './run/estimate.ts'
export type { StageCalls } from './run/totals.ts'

// Rows
export { contentOf, labelled, type Generation, type Label, type Origin, type Passage, type Row } from './rows/row.ts'
export {
  bytesWithOrigins,
  detectFormat,
  readRows,
  relabelledBytes,
  type BadLine,
  type RowFile,
  type RowLine,
} from './rows/read.ts'
export { FORMATS, formatNamed } from './rows/formats/index.ts'
export { bytesIn } from './rows/convert.ts'
export { bestSplit, groupWords, SourceCounts, type SourceGroup, type Sources, type Split } from './rows/sources.ts'
export type { Fault, RowFormat } from './rows/formats/format.ts'
export { minersOf, type Miner, type RecordedMiner } from './rows/miners.ts'
export { duplicatesIn, KnownPositives, type KnownPositive } from './rows/known.ts'
export { Qrels, readQrels } from './rows/qrels.ts'
export { readJudgements, type Judgement } from './rows/judgements.ts'
export { fold } from './rows/fold.ts'
export { NearDuplicateIndex, nearDuplicateFinder, type NearDuplicate } from './rows/min-hash.ts'

// Tasks
export { BUILT_IN_TASKS } from './tasks/built-in.ts'
export { oneTask, tasksByDataset, type TaskChoice } from './tasks/tasks.ts'
export type { Task } from './tasks/task.ts'

// Methods and evidence
export { CLEANING_METHODS, METHODS, methodNamed } from './methods/index.ts'
export type {
  Figures,
  Forecast,
  MethodDefinition,
  MethodPlan,
  ModelKind,
  NamedModel,
  Refusal,
  Suspect,
  Survey,
  Surveyed,
} from './methods/definition.ts'
export type { Method, PromptVersion } from './methods/method.ts'
export {
  decidingStage,
  STRATEGIES,
  type Analysis,
  type Candidate,
  type Evidence,
  type Exempt,
  type Known,
  type Fulfilment,
  type Score,
  type Strategy,
  type Unjudged,
  type Unread,
  type Verdict,
  type Verification,
} from './methods/evidence.ts'
export { percpos, type PercposSettings } from './methods/percpos/method.ts'
export { rlhn, type RlhnSettings } from './methods/rlhn/method.ts'
export { rlhnPrompt, type RlhnPrompt, type RlhnStage } from './methods/rlhn/prompt.ts'
export { readRlhnReply, type RlhnReply } from './methods/rlhn/reply.ts'

// Policies
export type { Action, Change, Decision, Outcome, Policy } from './decide/policy.ts'
export {
  RLHN_POLICY_DEFAULTS,
  RLHN_PRESETS,
  rlhnPolicy,
  type RlhnPolicyOptions,
  type RlhnPreset,
} from './decide/rlhn.ts'

export { CAUSALNEG_POLICY_DEFAULTS, causalnegPolicy, type CausalnegPolicyOptions } from './decide/causalneg.ts'
export {
  PERCPOS_POLICY_DEFAULTS,
  percposPolicy,
  standingsIn,
  type PercposPolicyOptions,
  type Standing,
} from './decide/percpos.ts'
export { BARS, barOf, shareOfBar, shareReached, type Bar } from './positive-bar.ts'

// Models and the ledger
export type {
  Ask,
  ChatMessage,
  ChatModel,
  ChatReply,
  ChatRequest,
  Completion,
  Price,
  RateLimits,
  ReplyFormat,
  RequestSource,
  Usage,
} from './llm/chat.ts'
export { gatherAsk, ledgerAsk, type AskObserver, type GatherOptions, type Route } from './llm/ask.ts'
export { worstCase, type Cap } from './llm/cap.ts'
export { CallError, MissingReply, StopRun, type Remedy } from './llm/errors.ts'
export { requestKey } from './llm/key.ts'
export { Ledger, type LedgerEntry, type StoredReply } from './llm/ledger/ledger.ts'
export { compact, contentsOf, verify, type LedgerContents } from './llm/ledger/inspect.ts'
export { openModel, parseModelName, publicModelName, type ModelName } from './llm/models.ts'
export { parsePrices, priceOf, PRICES_AS_OF } from './llm/prices.ts'
export { askUntilRead, UnreadableReply, type Reading } from './llm/read.ts'
export { Scheduler, type SchedulerOptions } from './llm/scheduler.ts'

// Collections and evaluation
export type { Collection, Corpus, Document, Grades, Query } from './collections/collection.ts'
export {
  openCollection,
  openJudgements,
  type CollectionOptions,
  type IdenticalIds,
  type Judgements,
  type OpenedCollection,
} from './collections/open.ts'
export { readGrades } from './collections/grades.ts'
export { evaluate } from './run/evaluation/evaluate.ts'
export { evaluateRun } from './run/evaluation/run.ts'
export type { EvalHooks } from './run/evaluation/hooks.ts'
export type { EvalInput } from './run/evaluation/options.ts'
export type { EvaluationReport } from './run/evaluation/report.ts'
export { evaluateResults, type Evaluation, type EvaluationOptions } from './evaluate/evaluation.ts'
export {
  combine,
  scoreQueries,
  type MissingQueries,
  type QueryValues,
  type ScoredQuery,
  type ScoreOptions,
} from './evaluate/score.ts'
export { parseMeasures, type ParseOptions } from './evaluate/measures/parse.ts'
export { MEASURES } from './evaluate/measures/index.ts'
export type { At, Measure, MeasureFamily, Parameter, Parameters, ParameterValue } from './evaluate/measures/measure.ts'
export { judgedQuery, rankingOf, type JudgedQuery, type Ranking } from './evaluate/ranking.ts'
export { ranked, type QueryResults, type ScorePrecision } from './evaluate/ranked.ts'
export { readRun } from './evaluate/run-file.ts'
export { openRunWriter, type RunWriter } from './evaluate/run-writer.ts'
export { intervalsOfMeans } from './evaluate/bootstrap.ts'

// Search
export { bm25Retriever, type Bm25Options } from './retrieval/bm25/bm25.ts'
export type { TokenizerName } from './retrieval/bm25/tokenizers.ts'
export { denseRetriever, type DenseSearch } from './retrieval/dense/dense.ts'
export { fusedRetriever } from './retrieval/fusion.ts'
export { openRetriever, type OpenRetrieverOptions } from './retrieval/open.ts'
export { rerankedBy } from './retrieval/rerank.ts'
export type { DocumentStore, Hit, Retriever, Searcher, SearchHooks } from './retrieval/retriever.ts'
export { openDocumentStore } from './retrieval/store/document-store.ts'

// Encoders and rerankers
export { openEncoder, openScorer, type ModelOptions } from './retrieval/models.ts'
export { parseModelSpec, publicModelSpec, type ModelSpec } from './retrieval/specs.ts'
export type { ModelSettings, Pooling, Precision } from './retrieval/settings.ts'
export type { Encoder, TextKind } from './retrieval/encoder.ts'
export type { Scorer } from './retrieval/scorer.ts'
export { scorerOf } from './retrieval/encoder-scorer.ts'
export { cachedEncoder, type CachedEncoder } from './retrieval/embedding-cache.ts'
export { cacheFolder } from './cache.ts'

// Comparing training files
export { compare } from './run/comparison/compare.ts'
export type { CompareHooks, TrainingProgress } from './run/comparison/hooks.ts'
export type { CompareInput } from './run/comparison/options.ts'
export type { CompareReport } from './run/comparison/report.ts'
export { htmlPage } from './run/comparison/html-page.ts'
export { componentsOf, crossedEffect, type Components, type Effect, type SeedValues } from './evaluate/crossed.ts'
export { seedsFor, smallestEffect, type Plan } from './evaluate/smallest-effect.ts'
export { holm } from './evaluate/holm.ts'

// Pruning datasets
export { prune, type PruneHooks } from './run/pruning/prune.ts'
export type { PruneInput } from './run/pruning/options.ts'
export type { DatasetReport, HalfReport, LeftOut, PruneReport, TogetherReport } from './run/pruning/report.ts'
export { prunePage } from './run/pruning/html-page.ts'
export {
  chooseOn,
  judge,
  type Choice,
  type Findings,
  type Grounds,
  type HalfEffect,
  type DatasetJudgement,
  type DatasetVerdict,
  type Rules,
} from './prune/choose.ts'
export { halvesOf, type Halves } from './prune/halves.ts'

// Diagnosing sources
export { diagnose, type DiagnoseHooks } from './run/diagnosis/diagnose.ts'
export type { DiagnoseInput } from './run/diagnosis/options.ts'
export type { DiagnosedModel, DiagnosisReport, Figure, FigureGroup } from './run/diagnosis/report.ts'
export type { RowCounts } from './run/diagnosis/read.ts'
export type { TrainingDiagnosis } from './run/diagnosis/training-log.ts'
export { diagnosisPage } from './run/diagnosis/html-page.ts'
export { caseOf, type Case, type Lack, type Similarities, type BySource } from './diagnose/case.ts'
export {
  diagnoseBySimilarity,
  type EmbeddingHooks,
  type SimilarityDiagnosis,
  type SimilaritySettings,
} from './diagnose/by-similarity.ts'
export { marksOf, type Mark } from './diagnose/marks.ts'
export { probeByText, type ProbeResult } from './diagnose/probe.ts'
export { aucOf, meanAuc, type MeanByQuery } from './diagnose/auc.ts'
export { mutualInformation, type ChanceSettings, type MutualInformation } from './diagnose/mutual-information.ts'
export { pureClusters, type ClusterInput, type PureClusters } from './diagnose/clusters.ts'
export { deadShares } from './diagnose/dead.ts'
export type { Gradients } from './diagnose/gradients.ts'
export type { Histogram } from './diagnose/histogram.ts'
export type { AgainstChance, RowShape } from './diagnose/permutation.ts'

// Static encoders and training
export { trainEncoder } from './run/training/train.ts'
export type { TrainHooks } from './run/training/prepare.ts'
export type { TrainInput } from './run/training/options.ts'
export type { TrainManifest } from './run/training/manifest.ts'
export { openStaticEncoder, staticEncoder } from './retrieval/static/encoder.ts'
export { readStaticFolder, writeStaticFolder, type StaticModel } from './retrieval/static/folder.ts'
export type { EpochReport } from './train/trainer.ts'
export { entropyLoss, type EntropyLoss } from './train/losses/entropy.ts'
export { infoNce } from './train/losses/info-nce.ts'
export { LOSSES, type LossName, type LossReport } from './train/losses/index.ts'
export { ROLE, type Loss, type ScoreBatch, type Term } from './train/losses/loss.ts'
export { matchLoss, type MatchLoss } from './train/losses/match.ts'
export { overOwnNegatives } from './train/losses/own-negatives.ts'
export type { StepDiagnostics } from './train/diagnostics.ts'

export { UsageError, WinnowError } from './errors.ts'
export { wilson, type Interval } from './evaluate/statistics.ts'

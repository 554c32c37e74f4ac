// Everything public, and nothing else.

// The main jobs
export { clean, planClean } from './commands/clean/clean.ts'
export { grow, planGrow } from './commands/grow/grow.ts'
export type { DownloadProgress, Hooks, Progress } from './base/hooks.ts'
export type { JobHooks, RowProgress } from './job/hooks.ts'
export type { CleanOptions, GrowOptions } from './job/job.ts'
export type { Growth, Hardness } from './methods/causalneg/growth.ts'
export type { ShareFigures } from './statistics/tenths.ts'
export type { NamedSource } from './methods/decided.ts'
export type { DownloadConsent } from './hub/resolve.ts'
export { mine, planMine, type MineHooks } from './commands/mine/mine.ts'
export type { MineOptions } from './mining/options.ts'
export type { MineManifest, MinePlan } from './commands/mine/manifest.ts'
export type { Threshold } from './mining/thresholds.ts'
export { diagnose as doctor, type Diagnosis as DoctorReport } from './commands/doctor/doctor.ts'
export type { Finding } from './commands/doctor/finding.ts'
export { apply, type ApplyOptions } from './job/apply.ts'
export { explain, type Explanation } from './commands/explain/explain.ts'
export type { ExplainOptions } from './commands/explain/options.ts'
export type { ExplainedPassage, ExplainedRank } from './commands/explain/explained-passages.ts'
export type { ExplainedCandidate } from './methods/causalneg/explained.ts'
export type { ExplainedCall } from './commands/explain/recorded-calls.ts'
export { overlap } from './commands/overlap/overlap.ts'
export type { OverlapReport, RemovalReport } from './commands/overlap/report.ts'
export type { TestTextMatches, OverlapExample } from './commands/overlap/tally.ts'
export type { Manifest, Cost } from './job/manifest.ts'
export type { MiningRules, Reason } from './mining/rules.ts'
export type { Estimate, StageEstimate } from './job/gather/estimate.ts'
export type { StageCalls } from './job/call-totals.ts'

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
export { fold } from './likeness/fold.ts'
export { NearDuplicateIndex, nearDuplicateFinder, type NearDuplicate } from './likeness/min-hash.ts'

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
  Survey,
  SurveyOutcome,
} from './methods/definition.ts'
export type { Method } from './methods/method.ts'
export type { PromptVersion } from './prompts/template.ts'
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
} from './evidence/evidence.ts'
export { percpos, type PercposSettings } from './methods/percpos/method.ts'
export { rlhn, type RlhnSettings } from './methods/rlhn/method.ts'
export { rlhnPrompt, type RlhnPrompt, type RlhnStage } from './methods/rlhn/prompt.ts'
export { readRlhnReply, type RlhnReply } from './methods/rlhn/reply.ts'

// Policies
export type { Action, Change, Decision, Outcome, Policy } from './methods/policy.ts'
export {
  RLHN_POLICY_DEFAULTS,
  RLHN_PRESETS,
  rlhnPolicy,
  type RlhnPolicyOptions,
  type RlhnPreset,
} from './methods/rlhn/policy.ts'

export { CAUSALNEG_POLICY_DEFAULTS, causalnegPolicy, type CausalnegPolicyOptions } from './methods/causalneg/policy.ts'
export {
  PERCPOS_POLICY_DEFAULTS,
  percposPolicy,
  standingsIn,
  type PercposPolicyOptions,
  type Standing,
} from './methods/percpos/policy.ts'
export { BARS, barOf, shareOfBar, shareReached, type Bar } from './mining/positive-bar.ts'

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
export type { LedgerEntry } from './llm/ledger/entry.ts'
export { Ledger, type StoredReply } from './llm/ledger/ledger.ts'
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
export { evaluate } from './commands/eval/evaluate.ts'
export { evaluateRun } from './commands/eval/run.ts'
export type { EvalInput } from './commands/eval/options.ts'
export type { EvaluationReport } from './commands/eval/report.ts'
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
export type {
  Cutoff,
  Measure,
  MeasureFamily,
  Parameter,
  Parameters,
  ParameterValue,
} from './evaluate/measures/measure.ts'
export { judgedQuery, rankingOf, type JudgedQuery, type Ranking } from './evaluate/ranking.ts'
export { ranked, type QueryResults, type ScorePrecision } from './evaluate/ranked.ts'
export { readRun } from './evaluate/run-file.ts'
export { openRunWriter, type RunWriter } from './evaluate/run-writer.ts'
export { intervalsOfMeans } from './statistics/bootstrap.ts'

// Search
export { bm25Retriever, type Bm25Options } from './search/bm25/bm25.ts'
export type { TokenizerName } from './search/bm25/tokenizers.ts'
export { denseRetriever, type DenseSearch } from './search/dense/dense.ts'
export { fusedRetriever } from './search/fusion.ts'
export { openRetriever, type OpenRetrieverOptions } from './search/open.ts'
export { rerankedBy } from './search/rerank.ts'
export type { DocumentStore, Hit, Retriever, Searcher } from './search/retriever.ts'
export { openDocumentStore } from './search/store/document-store.ts'

// Encoders and rerankers
export { openEncoder, openScorer } from './encoders/models.ts'
export type { ModelOptions } from './encoders/open-options.ts'
export { parseModelSpec, publicModelSpec, type ModelSpec } from './encoders/specs.ts'
export type { ModelSettings, Pooling, Precision } from './encoders/settings.ts'
export type { Encoder, TextKind } from './encoders/encoder.ts'
export type { Scorer } from './encoders/scorer.ts'
export { scorerOf } from './encoders/encoder-scorer.ts'
export { cachedEncoder, type CachedEncoder } from './encoders/embedding-cache.ts'
export { cacheFolder } from './base/cache.ts'

// Comparing training files
export { compare } from './commands/compare/compare.ts'
export type { CompareHooks, TrainingProgress } from './laboratory/hooks.ts'
export type { CompareInput } from './commands/compare/options.ts'
export type { CompareReport } from './commands/compare/report.ts'
export { htmlPage } from './commands/compare/html.ts'
export { componentsOf, crossedEffect, type Components, type Effect, type SeedValues } from './statistics/crossed.ts'
export { seedsFor, smallestEffect, type Plan } from './statistics/smallest-effect.ts'
export { holm } from './statistics/holm.ts'

// Pruning datasets
export { prune } from './commands/prune/prune.ts'
export type { PruneInput } from './commands/prune/options.ts'
export type { DatasetReport, HalfReport, LeaveOutEffect, PruneReport, TogetherReport } from './commands/prune/report.ts'
export { prunePage } from './commands/prune/html.ts'
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
} from './commands/prune/choose.ts'
export { halvesOf, type Halves } from './commands/prune/halves.ts'

// Diagnosing sources
export { diagnose } from './commands/diagnose/diagnose.ts'
export type { DiagnoseInput } from './commands/diagnose/options.ts'
export type { DiagnosedModel, DiagnosisReport, Figure, FigureGroup } from './commands/diagnose/report.ts'
export type { RowCounts } from './commands/diagnose/read.ts'
export type { TrainingDiagnosis } from './commands/diagnose/training-log.ts'
export { diagnosisPage } from './commands/diagnose/html.ts'
export { caseOf, type Case, type Lack, type Similarities, type BySource } from './commands/diagnose/shortcut/case.ts'
export {
  diagnoseBySimilarity,
  type SimilarityDiagnosis,
  type SimilaritySettings,
} from './commands/diagnose/shortcut/by-similarity.ts'
export { marksOf, type Mark } from './commands/diagnose/shortcut/marks.ts'
export { probeByText, type ProbeResult } from './commands/diagnose/shortcut/probe.ts'
export { aucOf, meanAuc, type MeanByQuery } from './commands/diagnose/shortcut/auc.ts'
export {
  mutualInformation,
  type ChanceSettings,
  type MutualInformation,
} from './commands/diagnose/shortcut/mutual-information.ts'
export { pureClusters, type ClusterInput, type PureClusters } from './commands/diagnose/shortcut/clusters.ts'
export { byStrategy, type StrategyFigures } from './commands/diagnose/shortcut/by-strategy.ts'
export { deadShares } from './commands/diagnose/shortcut/dead.ts'
export type { Gradients } from './commands/diagnose/shortcut/gradients.ts'
export type { Histogram } from './commands/diagnose/shortcut/histogram.ts'
export type { AgainstChance, RowShape } from './commands/diagnose/shortcut/permutation.ts'

// Static encoders and training
export { trainEncoder } from './train/train.ts'
export type { TrainHooks } from './train/prepare.ts'
export type { TrainInput } from './train/options.ts'
export type { TrainManifest } from './train/manifest.ts'
export { openStaticEncoder, staticEncoder } from './encoders/static/encoder.ts'
export { readStaticFolder, writeStaticFolder, type StaticModel } from './encoders/static/folder.ts'
export type { EpochReport } from './train/trainer.ts'
export { entropyLoss, type EntropyLoss } from './train/losses/entropy.ts'
export { infoNce } from './train/losses/info-nce.ts'
export { LOSSES, type LossName, type LossReport } from './train/losses/index.ts'
export { ROLE, type Loss, type ScoreBatch, type Term } from './train/losses/loss.ts'
export { matchLoss, type MatchLoss } from './train/losses/match.ts'
export { overOwnNegatives } from './train/losses/own-negatives.ts'
export type { StepDiagnostics } from './train/diagnostics.ts'

export { UsageError, WinnowError } from './base/errors.ts'
export { wilson, type Interval } from './statistics/intervals.ts'
export type { Refusal } from './rows/scan.ts'
export type { Suspect } from './methods/decided.ts'

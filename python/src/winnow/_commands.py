"""The commands of Winnow. Written by `npm run docs` from their declarations: change those, not this file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from ._rows import R, Rows, StrPath
from ._run import Report, Result, run_on_rows, run_report

__all__ = [
    "apply",
    "audit",
    "batch",
    "changes",
    "clean",
    "compare",
    "convert",
    "doctor",
    "explain",
    "grow",
    "lint",
    "mine",
    "plan",
    "plan_clean",
    "plan_grow",
    "plan_mine",
    "plan_plan",
    "plan_publish",
    "publish",
    "studio",
]


def clean(
    rows: R,
    *,
    method: Literal["rlhn", "arhn", "percpos"] | None = None,
    out: StrPath | None = None,
    report: StrPath | None = None,
    format: Literal["bge", "tevatron", "tevatron-v2", "tevatron-scored", "ms-swift", "ms-swift-reranker", "ms-swift-pair", "st-pair", "st-triplet", "st-n-tuple", "st-labeled-pair", "st-labeled-list", "msmarco", "dpr", "rankllm", "nemo", "nemo-inline"] | None = None,
    to: Literal["bge", "tevatron", "tevatron-v2", "tevatron-scored", "ms-swift", "ms-swift-reranker", "ms-swift-pair", "st-pair", "st-triplet", "st-n-tuple", "st-labeled-pair", "st-labeled-list", "msmarco", "dpr", "rankllm", "nemo", "nemo-inline"] | None = None,
    ledger: StrPath | None = None,
    on_bad_row: Literal["stop", "skip"] | None = None,
    html: StrPath | None = None,
    write_evidence: Literal["parquet", "jsonl"] | None = None,
    trainer: Literal["st", "tevatron", "flagembedding", "ms-swift", "automodel", "off"] | None = None,
    screen: StrPath | None = None,
    judge: StrPath | None = None,
    task: StrPath | None = None,
    tasks: StrPath | None = None,
    tasks_from: Literal["data", "names"] | None = None,
    keep_duplicates: bool | None = None,
    reasoning_effort: Literal["none", "minimal", "low", "medium", "high", "xhigh"] | None = None,
    extra_body: StrPath | Mapping[str, Any] | None = None,
    prompts: StrPath | None = None,
    max_passages: int | None = None,
    beyond: Literal["keep", "drop", "judge"] | None = None,
    spot_check: float | str | None = None,
    recall: float | str | None = None,
    gate: Literal["learned", "screen", "scorer"] | None = None,
    gate_model: StrPath | None = None,
    calibrate: int | None = None,
    confirm: int | None = None,
    prompt_set: StrPath | None = None,
    shuffle: Literal["off"] | int | None = None,
    seed: int | None = None,
    max_tokens: int | None = None,
    temperature: float | None = None,
    preset: Literal["rlhn-text", "rlhn-code", "safe"] | None = None,
    better: Literal["relabel", "remove", "keep", "drop-row"] | None = None,
    worse: Literal["relabel", "remove", "keep", "drop-row"] | None = None,
    max_false_negatives: int | None = None,
    policy: Literal["fixed", "measured"] | None = None,
    gold: StrPath | None = None,
    relevance_level: int | None = None,
    precision: StrPath | Sequence[StrPath] | None = None,
    relabel_from: float | str | None = None,
    remove_from: float | str | None = None,
    known_positives: Literal["remove", "relabel", "keep"] | None = None,
    known: StrPath | None = None,
    when_no_negatives_left: Literal["drop", "keep", "refill"] | None = None,
    corpus: StrPath | None = None,
    refill_retriever: StrPath | None = None,
    refill_negatives: int | None = None,
    refill_share: Literal["off"] | float | str | None = None,
    undecided: Literal["keep", "drop"] | None = None,
    write_scores: Literal["scorer", "rank", "votes", "verdict"] | bool | None = None,
    unscored: Literal["keep", "drop"] | None = None,
    limit: int | None = None,
    max_usd: float | None = None,
    price: StrPath | Sequence[StrPath] | None = None,
    concurrency: int | None = None,
    max_retries: int | None = None,
    timeout: float | None = None,
    pilot: int | None = None,
    no_stop: bool | None = None,
    shard: StrPath | None = None,
    no_check: bool | None = None,
    check_rows: int | None = None,
    check_false: float | str | None = None,
    check_chance: float | None = None,
    check_place: float | str | None = None,
    check_copied: float | str | None = None,
    batch: StrPath | None = None,
    batch_requests: int | None = None,
    batch_tokens: int | None = None,
    no_wait: bool | None = None,
    poll: float | None = None,
    service_tier: StrPath | None = None,
    threads: int | None = None,
    yes: bool | None = None,
    retry_undecided: bool | None = None,
    rank: Literal["answering", "all"] | None = None,
    votes: int | None = None,
    permutations: int | None = None,
    passages_per_call: int | None = None,
    constrain: Literal["off", "json", "regex", "grammar"] | None = None,
    no_think: bool | None = None,
    action: Literal["relabel", "filter", "relabel+filter", "remove", "keep", "drop-row"] | None = None,
    anchor: Literal["best", "worst", "first"] | None = None,
    agreement: float | str | None = None,
    scorer: StrPath | None = None,
    share: float | str | None = None,
    target_share: float | str | None = None,
    bar: Literal["min", "mean", "max"] | None = None,
    force: bool | None = None,
    recipe: StrPath | None = None,
    quiet: bool = False,
) -> Result[R]:
    """Finds false negatives in training rows with language models or a scorer and relabels or removes them.

    Args:
        rows: a path, a list of dicts, a pandas.DataFrame or a datasets.Dataset.
        method: rlhn: a cheap model screens rows, a strong model relabels false negatives (arXiv 2505.16967);
            arhn: an open model extracts an answer from each passage and ranks the answers (arXiv 2604.11092);
            percpos: an encoder or reranker scores passages; negatives close to a positive's score are removed
            (arXiv 2407.15831). Default: rlhn.
        out: output file (its extension sets the file type; .gz and .zst compress; DIR/ is a folder of Parquet
            files, - standard output).
        report: folder for the manifest and the lists of changes (default: next to ``out``).
        format: format of the rows (default: detected from the first row).
        to: format of the output rows, container of the output file (jsonl, json, csv, tsv, parquet, arrow), or
            both: bge+parquet (default: the format of the input, the container by the name of ``out``).
        ledger: database of model replies, or postgres://HOST/DATABASE (default: .winnow/ledger.db next to
            ``out``).
        on_bad_row: unreadable rows: stop, or skip them and write them to OUT.bad.jsonl. Default: stop.
        html: also write a page for a browser: one file with the verdict, pictures and figures; it loads
            nothing.
        write_evidence: also write the evidence for every passage to OUT.evidence.parquet or OUT.evidence.jsonl.
        trainer: trainer of the script OUT.train.py, which trains on the rows and says whether it helped; off:
            no script. Default: st.
        screen: rlhn: cheap model that judges every row first.
        judge: rlhn: strong model that judges the rows flagged by ``screen``, or all rows without ``screen``;
            arhn: model that finds and ranks the answers.
        task: what counts as relevant, for every row: a built-in task or your own YAML/JSON file.
        tasks: tasks by dataset, type or prompt, as a YAML/JSON file; it comes before what rows say themselves.
        tasks_from: what rows choose their task by: dataset, type and prompt (data), or the dataset alone as
            before there were the others (names) (default: data).
        keep_duplicates: keep negatives that are copies of the row's own positives.
        reasoning_effort: rlhn, arhn: how much a reasoning model may think; the limit of a reply is raised by as
            many tokens.
        extra_body: rlhn, arhn: further fields of every request to an OpenAI-compatible server, as they are:
            '{"top_p": 0.9}'.
        prompts: rlhn: folder of your own prompts: rlhn.screen.md, rlhn.judge.md; arhn: folder of your own
            prompts: arhn.extract.md, arhn.rank.md.
        max_passages: rlhn: maximum hard negatives per call. Default: 25.
        beyond: rlhn: negatives beyond ``max_passages``: keep unchanged, drop, or judge in further calls.
            Default: keep.
        spot_check: rlhn: share of the rows cleared by the screen that the judge rechecks, such as 1%. Default:
            0.
        recall: rlhn: judge only the rows that a gate picks; of the rows that the judge would flag, it sees at
            least this share, with 95% confidence.
        gate: rlhn: what picks the rows: a model fitted to the judge's own verdicts, the screen's, or the scores
            of ``gate_model`` (default: learned).
        gate_model: rlhn: encoder or reranker whose scores the gate uses: hf:PATH, MODEL@BASE_URL,
            MODEL@URL/rerank.
        calibrate: rlhn: rows judged first, to measure the gate (default: as many as are needed, at most half of
            the rows).
        confirm: rlhn, arhn: a find becomes a positive only if the judge finds it again in N further orders of
            showing; asked only where there is a find (default: 1; 0 for replay: models, and where no find becomes a
            positive).
        prompt_set: rlhn, arhn: wording for the model at hand: paper, small, reasoning; several with commas, one
            a stage (default: by the model's name).
        shuffle: rlhn: shuffle the negatives with this seed, or off (default: 1; off for replay: models and the
            rlhn presets).
        seed: rlhn: seed for the spot check, or for the rows that ``recall`` judges first; arhn: seed for the
            order of the candidates. Default: 1.
        max_tokens: maximum length of a reply, in tokens (default: 4096 for rlhn, 2048 for arhn).
        temperature: rlhn: sampling temperature (default: 0.1); arhn: sampling temperature (default: 0; 0.7 with
            ``votes``).
        preset: rlhn: sets ``better`` and ``worse``: safe (relabel better, remove worse), rlhn-text (relabel,
            keep), rlhn-code (relabel, relabel). Default: safe.
        better: rlhn: action on negatives better than the positives (default: by preset).
        worse: rlhn: action on negatives that are relevant but worse than the positives (default: by preset).
        max_false_negatives: rlhn: drop rows with more false negatives than this as ambiguous (default: by
            preset, 7 or 8).
        policy: rlhn, arhn: fixed: the actions of the options; measured: for each verdict the action that its
            precision justifies, by ``gold``, else by the canaries of the check. Default: fixed.
        gold: rlhn, arhn: ``policy`` measured: what people say of passages of these rows: gold.jsonl, or qrels
            whose queries are the rows.
        relevance_level: rlhn, arhn: ``policy`` measured: the lowest grade of gold that counts as relevant.
            Default: 1.
        precision: rlhn, arhn: ``policy`` measured: how precise a verdict is at least, where that is known
            already.
        relabel_from: rlhn, arhn: a finding becomes a positive where at least this share of such findings is
            right, with 97.5% confidence. Default: 0.9.
        remove_from: rlhn, arhn: a finding leaves the negatives where at least this share of such findings is
            right, likewise. Default: 0.3.
        known_positives: negatives known to be positives of the same query, from other rows or ``known``.
            Default: remove.
        known: judgements (TREC or BEIR); their relevant passages are known positives.
        when_no_negatives_left: rows that lose all negatives: drop, keep, or refill by mining new ones from
            ``corpus``. Default: drop.
        corpus: refill: documents to mine from: a file or a collection folder.
        refill_retriever: refill: retriever: bm25, an encoder (hf:PATH, MODEL@BASE_URL), or several joined by +
            (default: bm25).
        refill_negatives: refill: negatives per row (default: as many as it had).
        refill_share: refill: a negative must score below this share of the positive's score (default: 95%).
        undecided: rows without a readable reply: keep them unchanged, or drop them. Default: keep.
        write_scores: also write a score for every passage, for distillation: percpos's scores, places or votes
            in arhn's rankings, or verdicts (without a value: the first of these that the method has).
        unscored: with ``write_scores``: rows with a passage that has no score: keep them with null in place of
            the scores, or drop them.
        limit: process only the first N rows.
        max_usd: hard cap on the cost of this run, including earlier attempts.
        price: US dollars per million tokens, for models without a built-in price; MODEL=IN/OUT sets one model.
        concurrency: maximum concurrent calls per endpoint (default: 32, or as many as a llama.cpp server has
            slots).
        max_retries: maximum retries of a failed call. Default: 8.
        timeout: timeout of a first attempt; each repetition after a timeout gets twice the time, up to 8 times.
            Default: 120.
        pilot: process N rows first and report the findings; 0 to disable (default: 100 for files of more than
            1,000 rows).
        no_stop: continue after the pilot even if it advises stopping.
        shard: ask only about the I-th of N parts of the rows, on one of N machines that share a ledger; the
            last one done writes all rows.
        no_check: skip the check that shows each model passages whose label is known; it catches a bad judge,
            and does not prove a good one.
        check_rows: check: rows to take (default: 5% of the rows; at least 5, at most 40; none of fewer than 20
            rows).
        check_false: check: stop when surely more of the passages of other rows are called relevant. Default:
            0.1.
        check_chance: check: stop when chance alone tells relevant from irrelevant as well with more than this
            probability. Default: 0.02.
        check_place: check: stop when one place, or the order shown, is named in more of the lists and chance
            does not explain it. Default: 0.5.
        check_copied: check: stop when surely more of the reasons are copies of their document. Default: 0.5.
        batch: ask by batch jobs of openai, azure, anthropic, gemini, mistral, together or openrouter, or by
            files:DIR.
        batch_requests: most requests of a batch job (default: as many as the provider takes; 250 at azure).
        batch_tokens: most input tokens of a batch job, estimated.
        no_wait: submit the batch jobs and end with exit code 3.
        poll: longest pause between two looks at batch jobs. Default: 60.
        service_tier: the server's service tier, such as flex or priority; give its prices with ``price``.
        threads: processor threads of a gguf: model without a GPU (default: the physical cores).
        yes: download gguf:hf:… models without asking.
        retry_undecided: retry rows whose replies were unreadable.
        rank: arhn: passages to rank: negatives with an answer, or all. Default: answering.
        votes: arhn: ask N times at temperature 0.7 and take the majority; for small models. Default: 1.
        permutations: arhn: rank in P orders; every second one reverses the one before. Default: 1.
        passages_per_call: arhn: passages per extraction call: more save calls, but cost accuracy (default: 1);
            percpos: passages scored per call (default: 32).
        constrain: arhn: constrained decoding of rankings: json (most servers), regex (vLLM), grammar
            (llama.cpp); implies two orders. Default: off.
        no_think: arhn: turn off thinking in models like Qwen3.
        action: arhn: relabel negatives ranked above the positive, filter out negatives with an answer, or both
            (default: relabel+filter); percpos: action on suspected negatives (default: remove).
        anchor: arhn: if a row has several positives, which one a negative must outrank: best ranked, worst
            ranked, or first in the row. Default: best.
        agreement: arhn: share of ``permutations`` in which a negative must outrank it. Default: 0.75.
        scorer: percpos: encoder or reranker that scores passages: hf:PATH, MODEL@BASE_URL, MODEL@URL/rerank;
            must not be the one that mined them.
        share: percpos: suspect negatives that score at least this share of the positive's score (default: 95%).
        target_share: percpos: fit ``share`` so that about this share of the negatives is suspected, such as 5%.
        bar: percpos: if a row has several positives, the score to compare with: lowest, mean, or highest.
            Default: min.
        force: percpos: continue even if more than 60% of the negatives are suspected.
        recipe: a YAML or JSON file, a manifest, or the name of a recipe, to read options from; those given here
            override it.
        quiet: no progress; notes still go to standard error.

    Example:
        >>> cleaned = clean(
        ...     "examples/rows.jsonl",
        ...     out="out/cleaned.jsonl",
        ...     tasks="examples/tasks.yaml",
        ...     screen="replay:examples/replies/screen.jsonl",
        ...     judge="replay:examples/replies/judge.jsonl",
        ... )
        >>> cleaned.outcomes["changed"]
        23
    """
    return run_on_rows("clean", rows, locals())


def plan_clean(
    rows: Rows,
    *,
    method: Literal["rlhn", "arhn", "percpos"] | None = None,
    out: StrPath | None = None,
    report: StrPath | None = None,
    format: Literal["bge", "tevatron", "tevatron-v2", "tevatron-scored", "ms-swift", "ms-swift-reranker", "ms-swift-pair", "st-pair", "st-triplet", "st-n-tuple", "st-labeled-pair", "st-labeled-list", "msmarco", "dpr", "rankllm", "nemo", "nemo-inline"] | None = None,
    to: Literal["bge", "tevatron", "tevatron-v2", "tevatron-scored", "ms-swift", "ms-swift-reranker", "ms-swift-pair", "st-pair", "st-triplet", "st-n-tuple", "st-labeled-pair", "st-labeled-list", "msmarco", "dpr", "rankllm", "nemo", "nemo-inline"] | None = None,
    ledger: StrPath | None = None,
    on_bad_row: Literal["stop", "skip"] | None = None,
    html: StrPath | None = None,
    write_evidence: Literal["parquet", "jsonl"] | None = None,
    trainer: Literal["st", "tevatron", "flagembedding", "ms-swift", "automodel", "off"] | None = None,
    screen: StrPath | None = None,
    judge: StrPath | None = None,
    task: StrPath | None = None,
    tasks: StrPath | None = None,
    tasks_from: Literal["data", "names"] | None = None,
    keep_duplicates: bool | None = None,
    reasoning_effort: Literal["none", "minimal", "low", "medium", "high", "xhigh"] | None = None,
    extra_body: StrPath | Mapping[str, Any] | None = None,
    prompts: StrPath | None = None,
    max_passages: int | None = None,
    beyond: Literal["keep", "drop", "judge"] | None = None,
    spot_check: float | str | None = None,
    recall: float | str | None = None,
    gate: Literal["learned", "screen", "scorer"] | None = None,
    gate_model: StrPath | None = None,
    calibrate: int | None = None,
    confirm: int | None = None,
    prompt_set: StrPath | None = None,
    shuffle: Literal["off"] | int | None = None,
    seed: int | None = None,
    max_tokens: int | None = None,
    temperature: float | None = None,
    preset: Literal["rlhn-text", "rlhn-code", "safe"] | None = None,
    better: Literal["relabel", "remove", "keep", "drop-row"] | None = None,
    worse: Literal["relabel", "remove", "keep", "drop-row"] | None = None,
    max_false_negatives: int | None = None,
    policy: Literal["fixed", "measured"] | None = None,
    gold: StrPath | None = None,
    relevance_level: int | None = None,
    precision: StrPath | Sequence[StrPath] | None = None,
    relabel_from: float | str | None = None,
    remove_from: float | str | None = None,
    known_positives: Literal["remove", "relabel", "keep"] | None = None,
    known: StrPath | None = None,
    when_no_negatives_left: Literal["drop", "keep", "refill"] | None = None,
    corpus: StrPath | None = None,
    refill_retriever: StrPath | None = None,
    refill_negatives: int | None = None,
    refill_share: Literal["off"] | float | str | None = None,
    undecided: Literal["keep", "drop"] | None = None,
    write_scores: Literal["scorer", "rank", "votes", "verdict"] | bool | None = None,
    unscored: Literal["keep", "drop"] | None = None,
    limit: int | None = None,
    max_usd: float | None = None,
    price: StrPath | Sequence[StrPath] | None = None,
    concurrency: int | None = None,
    max_retries: int | None = None,
    timeout: float | None = None,
    pilot: int | None = None,
    no_stop: bool | None = None,
    shard: StrPath | None = None,
    no_check: bool | None = None,
    check_rows: int | None = None,
    check_false: float | str | None = None,
    check_chance: float | None = None,
    check_place: float | str | None = None,
    check_copied: float | str | None = None,
    batch: StrPath | None = None,
    batch_requests: int | None = None,
    batch_tokens: int | None = None,
    no_wait: bool | None = None,
    poll: float | None = None,
    service_tier: StrPath | None = None,
    threads: int | None = None,
    yes: bool | None = None,
    retry_undecided: bool | None = None,
    rank: Literal["answering", "all"] | None = None,
    votes: int | None = None,
    permutations: int | None = None,
    passages_per_call: int | None = None,
    constrain: Literal["off", "json", "regex", "grammar"] | None = None,
    no_think: bool | None = None,
    action: Literal["relabel", "filter", "relabel+filter", "remove", "keep", "drop-row"] | None = None,
    anchor: Literal["best", "worst", "first"] | None = None,
    agreement: float | str | None = None,
    scorer: StrPath | None = None,
    share: float | str | None = None,
    target_share: float | str | None = None,
    bar: Literal["min", "mean", "max"] | None = None,
    force: bool | None = None,
    recipe: StrPath | None = None,
    quiet: bool = False,
) -> Report:
    """The dry run of ``clean``, with its options: print one prompt per stage and a cost estimate; send nothing, write
    nothing.

    Args:
        rows: a path, a list of dicts, a pandas.DataFrame or a datasets.Dataset.
        recipe: a YAML or JSON file, a manifest, or the name of a recipe, to read options from; those given here
            override it.
        quiet: no progress; notes still go to standard error.
    """
    return run_report("clean", [rows], locals(), dryRun=True)


def apply(
    rows: R,
    *,
    out: StrPath | None = None,
    report: StrPath | None = None,
    format: Literal["bge", "tevatron", "tevatron-v2", "tevatron-scored", "ms-swift", "ms-swift-reranker", "ms-swift-pair", "st-pair", "st-triplet", "st-n-tuple", "st-labeled-pair", "st-labeled-list", "msmarco", "dpr", "rankllm", "nemo", "nemo-inline"] | None = None,
    to: Literal["bge", "tevatron", "tevatron-v2", "tevatron-scored", "ms-swift", "ms-swift-reranker", "ms-swift-pair", "st-pair", "st-triplet", "st-n-tuple", "st-labeled-pair", "st-labeled-list", "msmarco", "dpr", "rankllm", "nemo", "nemo-inline"] | None = None,
    ledger: StrPath | None = None,
    on_bad_row: Literal["stop", "skip"] | None = None,
    html: StrPath | None = None,
    write_evidence: Literal["parquet", "jsonl"] | None = None,
    trainer: Literal["st", "tevatron", "flagembedding", "ms-swift", "automodel", "off"] | None = None,
    limit: int | None = None,
    run: StrPath | None = None,
    evidence: StrPath | None = None,
    preset: Literal["rlhn-text", "rlhn-code", "safe"] | None = None,
    better: Literal["relabel", "remove", "keep", "drop-row"] | None = None,
    worse: Literal["relabel", "remove", "keep", "drop-row"] | None = None,
    max_false_negatives: int | None = None,
    policy: Literal["fixed", "measured"] | None = None,
    gold: StrPath | None = None,
    relevance_level: int | None = None,
    precision: StrPath | Sequence[StrPath] | None = None,
    relabel_from: float | str | None = None,
    remove_from: float | str | None = None,
    known_positives: Literal["remove", "relabel", "keep"] | None = None,
    known: StrPath | None = None,
    when_no_negatives_left: Literal["drop", "keep", "refill"] | None = None,
    corpus: StrPath | None = None,
    refill_retriever: StrPath | None = None,
    refill_negatives: int | None = None,
    refill_share: Literal["off"] | float | str | None = None,
    undecided: Literal["keep", "drop"] | None = None,
    action: Literal["relabel", "filter", "relabel+filter", "remove", "keep", "drop-row"] | None = None,
    anchor: Literal["best", "worst", "first"] | None = None,
    agreement: float | str | None = None,
    share: float | str | None = None,
    target_share: float | str | None = None,
    bar: Literal["min", "mean", "max"] | None = None,
    force: bool | None = None,
    max_lost: int | None = None,
    absent_target: Literal["discard", "accept"] | None = None,
    confirm: int | None = None,
    rank: Literal["answering", "all"] | None = None,
    verify: Literal["none", "requirements", "requirements+judge"] | None = None,
    per_row: int | None = None,
    human: Literal["ignore", "overrides"] | None = None,
    human_relevant: Literal["relabel", "remove"] | None = None,
    beyond: StrPath | None = None,
    hardness_model: StrPath | None = None,
    min_hardness: float | str | None = None,
    write_scores: Literal["scorer", "rank", "votes", "verdict"] | bool | None = None,
    unscored: Literal["keep", "drop"] | None = None,
    recipe: StrPath | None = None,
    quiet: bool = False,
) -> Result[R]:
    """Applies another policy to the evidence of an earlier run. Makes no model calls.

    Args:
        rows: a path, a list of dicts, a pandas.DataFrame or a datasets.Dataset.
        out: output file (its extension sets the file type; .gz and .zst compress; DIR/ is a folder of Parquet
            files, - standard output).
        report: folder for the manifest and the lists of changes (default: next to ``out``).
        format: format of the rows (default: detected from the first row).
        to: format of the output rows, container of the output file (jsonl, json, csv, tsv, parquet, arrow), or
            both: bge+parquet (default: the format of the input, the container by the name of ``out``).
        ledger: database of model replies, or postgres://HOST/DATABASE (default: .winnow/ledger.db next to
            ``out``).
        on_bad_row: unreadable rows: stop, or skip them and write them to OUT.bad.jsonl. Default: stop.
        html: also write a page for a browser: one file with the verdict, pictures and figures; it loads
            nothing.
        write_evidence: also write the evidence for every passage to OUT.evidence.parquet or OUT.evidence.jsonl.
        trainer: trainer of the script OUT.train.py, which trains on the rows and says whether it helped; off:
            no script. Default: st.
        limit: process only the first N rows.
        run: run whose evidence to use (default: the only run on this input).
        evidence: read the evidence from a file written by ``write_evidence`` instead of a ledger.
        preset: rlhn: sets ``better`` and ``worse``: safe (relabel better, remove worse), rlhn-text (relabel,
            keep), rlhn-code (relabel, relabel). Default: safe.
        better: rlhn: action on negatives better than the positives (default: by preset).
        worse: rlhn: action on negatives that are relevant but worse than the positives (default: by preset).
        max_false_negatives: rlhn: drop rows with more false negatives than this as ambiguous (default: by
            preset, 7 or 8).
        policy: rlhn, arhn: fixed: the actions of the options; measured: for each verdict the action that its
            precision justifies, by ``gold``, else by the canaries of the check. Default: fixed.
        gold: rlhn, arhn: ``policy`` measured: what people say of passages of these rows: gold.jsonl, or qrels
            whose queries are the rows.
        relevance_level: rlhn, arhn: ``policy`` measured: the lowest grade of gold that counts as relevant.
            Default: 1.
        precision: rlhn, arhn: ``policy`` measured: how precise a verdict is at least, where that is known
            already.
        relabel_from: rlhn, arhn: a finding becomes a positive where at least this share of such findings is
            right, with 97.5% confidence. Default: 0.9.
        remove_from: rlhn, arhn: a finding leaves the negatives where at least this share of such findings is
            right, likewise. Default: 0.3.
        known_positives: rlhn, arhn, percpos: negatives known to be positives of the same query, from other rows
            or ``known``. Default: remove.
        known: rlhn, arhn, percpos: judgements (TREC or BEIR); their relevant passages are known positives.
        when_no_negatives_left: rlhn, arhn, percpos: rows that lose all negatives: drop, keep, or refill by
            mining new ones from ``corpus``. Default: drop.
        corpus: rlhn, arhn, percpos: refill: documents to mine from: a file or a collection folder.
        refill_retriever: rlhn, arhn, percpos: refill: retriever: bm25, an encoder (hf:PATH, MODEL@BASE_URL), or
            several joined by + (default: bm25).
        refill_negatives: rlhn, arhn, percpos: refill: negatives per row (default: as many as it had).
        refill_share: rlhn, arhn, percpos: refill: a negative must score below this share of the positive's
            score (default: 95%).
        undecided: rlhn, arhn, percpos: rows without a readable reply: keep them unchanged, or drop them.
            Default: keep.
        action: arhn: relabel negatives ranked above the positive, filter out negatives with an answer, or both
            (default: relabel+filter); percpos: action on suspected negatives (default: remove).
        anchor: arhn: if a row has several positives, which one a negative must outrank: best ranked, worst
            ranked, or first in the row. Default: best.
        agreement: arhn: share of ``permutations`` in which a negative must outrank it. Default: 0.75.
        share: percpos: suspect negatives that score at least this share of the positive's score (default: 95%).
        target_share: percpos: fit ``share`` so that about this share of the negatives is suspected, such as 5%.
        bar: percpos: if a row has several positives, the score to compare with: lowest, mean, or highest.
            Default: min.
        force: percpos: continue even if more than 60% of the negatives are suspected.
        max_lost: causalneg: critical requirements other than its target that a passage may fail. Default: 1.
        absent_target: causalneg: passages that omit their target requirement instead of violating it. Default:
            discard.
        confirm: rlhn, arhn: a find becomes a positive only if the judge finds it again in N further orders of
            showing; asked only where there is a find (default: as in the run).
        rank: arhn: passages to rank: negatives with an answer, or all (default: as in the run).
        verify: causalneg: what a passage must pass: only the gates (none), a check of every requirement, or
            RLHN's judge as well (default: as in the run).
        per_row: causalneg: maximum passages written per row (default: as in the run).
        human: what people said in an audit: ignore it, or let it win over the judges (winnow audit report puts
            it into the ledger). Default: ignore.
        human_relevant: ``human`` overrides: what happens to a negative that people call relevant. Default:
            relabel.
        beyond: negatives beyond ``max_passages`` (default: as in the run).
        hardness_model: encoder that measures hardness: hf:PATH, MODEL@BASE_URL, or a folder of winnow train;
            off for none (default: one trained on these rows).
        min_hardness: discard passages whose similarity to the query is below this percentile of the row's mined
            negatives, such as 10%.
        write_scores: also write a score for every passage, for distillation: percpos's scores, places or votes
            in arhn's rankings, or verdicts (without a value: the first of these that the method has).
        unscored: with ``write_scores``: rows with a passage that has no score: keep them with null in place of
            the scores, or drop them.
        recipe: a YAML or JSON file, a manifest, or the name of a recipe, to read options from; those given here
            override it.
        quiet: no progress; notes still go to standard error.

    Example:
        >>> again = apply("examples/rows.jsonl", out="out/again.jsonl", preset="rlhn-code")
        >>> again.report["cost"]["now"]
        0
    """
    return run_on_rows("apply", rows, locals())


def grow(
    rows: R,
    *,
    out: StrPath | None = None,
    report: StrPath | None = None,
    format: Literal["bge", "tevatron", "tevatron-v2", "tevatron-scored", "ms-swift", "ms-swift-reranker", "ms-swift-pair", "st-pair", "st-triplet", "st-n-tuple", "st-labeled-pair", "st-labeled-list", "msmarco", "dpr", "rankllm", "nemo", "nemo-inline"] | None = None,
    to: Literal["bge", "tevatron", "tevatron-v2", "tevatron-scored", "ms-swift", "ms-swift-reranker", "ms-swift-pair", "st-pair", "st-triplet", "st-n-tuple", "st-labeled-pair", "st-labeled-list", "msmarco", "dpr", "rankllm", "nemo", "nemo-inline"] | None = None,
    ledger: StrPath | None = None,
    on_bad_row: Literal["stop", "skip"] | None = None,
    html: StrPath | None = None,
    write_evidence: Literal["parquet", "jsonl"] | None = None,
    trainer: Literal["st", "tevatron", "flagembedding", "ms-swift", "automodel", "off"] | None = None,
    writer: StrPath | None = None,
    verifier: StrPath | None = None,
    judge: StrPath | None = None,
    per_row: int | None = None,
    strategies: Literal["entity_shift", "intent_drift", "constraint_violation", "attribute_shift", "relation_break", "upstream_downstream"] | StrPath | None = None,
    verify: Literal["none", "requirements", "requirements+judge"] | None = None,
    on_failure: Literal["discard", "rewrite"] | None = None,
    task: StrPath | None = None,
    tasks: StrPath | None = None,
    tasks_from: Literal["data", "names"] | None = None,
    reasoning_effort: Literal["none", "minimal", "low", "medium", "high", "xhigh"] | None = None,
    extra_body: StrPath | Mapping[str, Any] | None = None,
    prompts: StrPath | None = None,
    prompt_set: StrPath | None = None,
    references: int | None = None,
    constrain: Literal["off", "json"] | None = None,
    seed: int | None = None,
    temperature: float | None = None,
    max_tokens: int | None = None,
    max_lost: int | None = None,
    absent_target: Literal["discard", "accept"] | None = None,
    hardness_model: StrPath | None = None,
    min_hardness: float | str | None = None,
    limit: int | None = None,
    max_usd: float | None = None,
    price: StrPath | Sequence[StrPath] | None = None,
    concurrency: int | None = None,
    max_retries: int | None = None,
    timeout: float | None = None,
    pilot: int | None = None,
    no_stop: bool | None = None,
    shard: StrPath | None = None,
    no_check: bool | None = None,
    check_rows: int | None = None,
    check_false: float | str | None = None,
    check_chance: float | None = None,
    check_place: float | str | None = None,
    check_copied: float | str | None = None,
    batch: StrPath | None = None,
    batch_requests: int | None = None,
    batch_tokens: int | None = None,
    no_wait: bool | None = None,
    poll: float | None = None,
    service_tier: StrPath | None = None,
    threads: int | None = None,
    yes: bool | None = None,
    retry_undecided: bool | None = None,
    recipe: StrPath | None = None,
    quiet: bool = False,
) -> Result[R]:
    """Writes hard negatives for training rows with a language model and adds those that pass verification.

    Args:
        rows: a path, a list of dicts, a pandas.DataFrame or a datasets.Dataset.
        out: output file (its extension sets the file type; .gz and .zst compress; DIR/ is a folder of Parquet
            files, - standard output).
        report: folder for the manifest and the lists of changes (default: next to ``out``).
        format: format of the rows (default: detected from the first row).
        to: format of the output rows, container of the output file (jsonl, json, csv, tsv, parquet, arrow), or
            both: bge+parquet (default: the format of the input, the container by the name of ``out``).
        ledger: database of model replies, or postgres://HOST/DATABASE (default: .winnow/ledger.db next to
            ``out``).
        on_bad_row: unreadable rows: stop, or skip them and write them to OUT.bad.jsonl. Default: stop.
        html: also write a page for a browser: one file with the verdict, pictures and figures; it loads
            nothing.
        write_evidence: also write the evidence for every passage to OUT.evidence.parquet or OUT.evidence.jsonl.
        trainer: trainer of the script OUT.train.py, which trains on the rows and says whether it helped; off:
            no script. Default: st.
        writer: model that analyses each row and writes the passages.
        verifier: model that checks every written passage; ideally not the writer.
        judge: requirements+judge: model that judges as in RLHN (default: the verifier).
        per_row: maximum passages written per row. Default: 3.
        strategies: ways in which a passage may fall short, separated by commas. Default:
            entity_shift,intent_drift,constraint_violation,attribute_shift,relation_break,upstream_downstream.
        verify: what a passage must pass: only the gates (none), a check of every requirement, or RLHN's judge
            as well. Default: requirements.
        on_failure: rejected passages: discard, or rewrite once with the reason for the rejection. Default:
            discard.
        task: what counts as relevant, for every row: a built-in task or your own YAML/JSON file.
        tasks: tasks by dataset, type or prompt, as a YAML/JSON file; it comes before what rows say themselves.
        tasks_from: what rows choose their task by: dataset, type and prompt (data), or the dataset alone as
            before there were the others (names) (default: data).
        reasoning_effort: how much a reasoning model may think; the limit of a reply is raised by as many
            tokens.
        extra_body: further fields of every request to an OpenAI-compatible server, as they are: '{"top_p":
            0.9}'.
        prompts: folder of your own prompts: causalneg.analyse.md, causalneg.write.md, causalneg.verify.md.
        prompt_set: wording for the model at hand: paper, small, reasoning; several with commas, one a stage
            (default: by the model's name).
        references: mined negatives of the row shown as style references. Default: 5.
        constrain: constrained decoding of replies to their JSON schema: json (most servers). Default: off.
        seed: seed for the order of a row's strategies. Default: 1.
        temperature: sampling temperature of writing; analysis and verification use 0. Default: 0.7.
        max_tokens: maximum length of a reply, in tokens. Default: 4096.
        max_lost: critical requirements other than its target that a passage may fail. Default: 1.
        absent_target: passages that omit their target requirement instead of violating it. Default: discard.
        hardness_model: encoder that measures hardness: hf:PATH, MODEL@BASE_URL, or a folder of winnow train;
            off for none (default: one trained on these rows).
        min_hardness: discard passages whose similarity to the query is below this percentile of the row's mined
            negatives, such as 10%.
        limit: process only the first N rows.
        max_usd: hard cap on the cost of this run, including earlier attempts.
        price: US dollars per million tokens, for models without a built-in price; MODEL=IN/OUT sets one model.
        concurrency: maximum concurrent calls per endpoint (default: 32, or as many as a llama.cpp server has
            slots).
        max_retries: maximum retries of a failed call. Default: 8.
        timeout: timeout of a first attempt; each repetition after a timeout gets twice the time, up to 8 times.
            Default: 120.
        pilot: process N rows first and report the findings; 0 to disable (default: 100 for files of more than
            1,000 rows).
        no_stop: continue after the pilot even if it advises stopping.
        shard: ask only about the I-th of N parts of the rows, on one of N machines that share a ledger; the
            last one done writes all rows.
        no_check: skip the check that shows each model passages whose label is known; it catches a bad judge,
            and does not prove a good one.
        check_rows: check: rows to take (default: 5% of the rows; at least 5, at most 40; none of fewer than 20
            rows).
        check_false: check: stop when surely more of the passages of other rows are called relevant. Default:
            0.1.
        check_chance: check: stop when chance alone tells relevant from irrelevant as well with more than this
            probability. Default: 0.02.
        check_place: check: stop when one place, or the order shown, is named in more of the lists and chance
            does not explain it. Default: 0.5.
        check_copied: check: stop when surely more of the reasons are copies of their document. Default: 0.5.
        batch: ask by batch jobs of openai, azure, anthropic, gemini, mistral, together or openrouter, or by
            files:DIR.
        batch_requests: most requests of a batch job (default: as many as the provider takes; 250 at azure).
        batch_tokens: most input tokens of a batch job, estimated.
        no_wait: submit the batch jobs and end with exit code 3.
        poll: longest pause between two looks at batch jobs. Default: 60.
        service_tier: the server's service tier, such as flex or priority; give its prices with ``price``.
        threads: processor threads of a gguf: model without a GPU (default: the physical cores).
        yes: download gguf:hf:… models without asking.
        retry_undecided: retry rows whose replies were unreadable.
        recipe: a YAML or JSON file, a manifest, or the name of a recipe, to read options from; those given here
            override it.
        quiet: no progress; notes still go to standard error.

    Example:
        >>> grown = grow(
        ...     "examples/rows.jsonl",
        ...     out="out/grown.jsonl",
        ...     tasks="examples/tasks.yaml",
        ...     writer="replay:examples/replies/writer.jsonl",
        ...     verifier="replay:examples/replies/verifier.jsonl",
        ...     hardness_model="off",
        ... )
        >>> grown.outcomes["changed"] > 0
        True
    """
    return run_on_rows("grow", rows, locals())


def plan_grow(
    rows: Rows,
    *,
    out: StrPath | None = None,
    report: StrPath | None = None,
    format: Literal["bge", "tevatron", "tevatron-v2", "tevatron-scored", "ms-swift", "ms-swift-reranker", "ms-swift-pair", "st-pair", "st-triplet", "st-n-tuple", "st-labeled-pair", "st-labeled-list", "msmarco", "dpr", "rankllm", "nemo", "nemo-inline"] | None = None,
    to: Literal["bge", "tevatron", "tevatron-v2", "tevatron-scored", "ms-swift", "ms-swift-reranker", "ms-swift-pair", "st-pair", "st-triplet", "st-n-tuple", "st-labeled-pair", "st-labeled-list", "msmarco", "dpr", "rankllm", "nemo", "nemo-inline"] | None = None,
    ledger: StrPath | None = None,
    on_bad_row: Literal["stop", "skip"] | None = None,
    html: StrPath | None = None,
    write_evidence: Literal["parquet", "jsonl"] | None = None,
    trainer: Literal["st", "tevatron", "flagembedding", "ms-swift", "automodel", "off"] | None = None,
    writer: StrPath | None = None,
    verifier: StrPath | None = None,
    judge: StrPath | None = None,
    per_row: int | None = None,
    strategies: Literal["entity_shift", "intent_drift", "constraint_violation", "attribute_shift", "relation_break", "upstream_downstream"] | StrPath | None = None,
    verify: Literal["none", "requirements", "requirements+judge"] | None = None,
    on_failure: Literal["discard", "rewrite"] | None = None,
    task: StrPath | None = None,
    tasks: StrPath | None = None,
    tasks_from: Literal["data", "names"] | None = None,
    reasoning_effort: Literal["none", "minimal", "low", "medium", "high", "xhigh"] | None = None,
    extra_body: StrPath | Mapping[str, Any] | None = None,
    prompts: StrPath | None = None,
    prompt_set: StrPath | None = None,
    references: int | None = None,
    constrain: Literal["off", "json"] | None = None,
    seed: int | None = None,
    temperature: float | None = None,
    max_tokens: int | None = None,
    max_lost: int | None = None,
    absent_target: Literal["discard", "accept"] | None = None,
    hardness_model: StrPath | None = None,
    min_hardness: float | str | None = None,
    limit: int | None = None,
    max_usd: float | None = None,
    price: StrPath | Sequence[StrPath] | None = None,
    concurrency: int | None = None,
    max_retries: int | None = None,
    timeout: float | None = None,
    pilot: int | None = None,
    no_stop: bool | None = None,
    shard: StrPath | None = None,
    no_check: bool | None = None,
    check_rows: int | None = None,
    check_false: float | str | None = None,
    check_chance: float | None = None,
    check_place: float | str | None = None,
    check_copied: float | str | None = None,
    batch: StrPath | None = None,
    batch_requests: int | None = None,
    batch_tokens: int | None = None,
    no_wait: bool | None = None,
    poll: float | None = None,
    service_tier: StrPath | None = None,
    threads: int | None = None,
    yes: bool | None = None,
    retry_undecided: bool | None = None,
    recipe: StrPath | None = None,
    quiet: bool = False,
) -> Report:
    """The dry run of ``grow``, with its options: print one prompt per stage and a cost estimate; send nothing, write
    nothing.

    Args:
        rows: a path, a list of dicts, a pandas.DataFrame or a datasets.Dataset.
        recipe: a YAML or JSON file, a manifest, or the name of a recipe, to read options from; those given here
            override it.
        quiet: no progress; notes still go to standard error.
    """
    return run_report("grow", [rows], locals(), dryRun=True)


def mine(
    rows: R,
    *,
    out: StrPath | None = None,
    report: StrPath | None = None,
    format: Literal["bge", "tevatron", "tevatron-v2", "tevatron-scored", "ms-swift", "ms-swift-reranker", "ms-swift-pair", "st-pair", "st-triplet", "st-n-tuple", "st-labeled-pair", "st-labeled-list", "msmarco", "dpr", "rankllm", "nemo", "nemo-inline"] | None = None,
    trainer: Literal["st", "tevatron", "flagembedding", "ms-swift", "automodel", "off"] | None = None,
    split: StrPath | None = None,
    subset: StrPath | None = None,
    relevance: int | None = None,
    corpus: StrPath | None = None,
    add: bool | None = None,
    known: StrPath | None = None,
    retriever: StrPath | None = None,
    index: StrPath | None = None,
    tokenizer: Literal["english", "words", "characters", "trigram"] | None = None,
    bm25_k1: float | None = None,
    bm25_b: float | None = None,
    search: Literal["auto", "exact", "hnsw"] | None = None,
    rrf_k: int | None = None,
    rescore: StrPath | None = None,
    negatives: int | None = None,
    depth: int | None = None,
    skip: int | None = None,
    share: Literal["off"] | float | str | None = None,
    margin: float | None = None,
    max_score: float | None = None,
    min_score: float | None = None,
    bar: Literal["min", "mean", "max"] | None = None,
    sample: Literal["top", "random"] | None = None,
    near_duplicate: float | str | None = None,
    too_few: Literal["keep", "drop", "fill"] | None = None,
    seed: int | None = None,
    limit: int | None = None,
    on_bad_row: Literal["stop", "skip"] | None = None,
    max_retries: int | None = None,
    yes: bool | None = None,
    recipe: StrPath | None = None,
    quiet: bool = False,
) -> Result[R]:
    """Mines hard negatives for the queries of a collection or for existing rows.

    Args:
        rows: the folder of a collection, or rows: a path, a list of dicts, a pandas.DataFrame or a
            datasets.Dataset.
        out: output file (its extension sets the file type; .gz and .zst compress; DIR/ is a folder of Parquet
            files, - standard output).
        report: folder for the manifest and the list of dropped rows (default: next to ``out``).
        format: output format (default: tevatron for a collection, the input format for rows).
        trainer: trainer of the script OUT.train.py, which trains on the rows and says whether it helped; off:
            no script. Default: st.
        split: collection: split of its queries (default: train, or the only one; test must be named
            explicitly).
        subset: collection: dataset or language, if it holds several.
        relevance: collection: lowest grade of a positive (default: 1).
        corpus: rows: documents to mine from: a file or a collection folder.
        add: rows: keep the existing negatives and add mined ones.
        known: rows: judgements (TREC or BEIR) for their ids; judged documents are never mined.
        retriever: retriever: bm25, an encoder (hf:PATH, MODEL@BASE_URL), or several joined by +. Default: bm25.
        index: cache for indexes and vectors, one folder per corpus (default: ~/.cache/winnow/indexes).
        tokenizer: bm25: english stems words; words does not; characters also handles scripts without spaces;
            trigram matches parts of words. Default: english.
        bm25_k1: bm25: k1, the weight of repeated terms. Default: 1.2.
        bm25_b: bm25: b, the penalty for long documents. Default: 0.75.
        search: vectors: exact compares all, hnsw searches a graph; auto uses hnsw from a million documents.
            Default: auto.
        rrf_k: A+B: constant k of reciprocal rank fusion. Default: 60.
        rescore: rescore the retrieved documents with a reranker or encoder: hf:PATH, MODEL@URL/rerank.
        negatives: negatives per row. Default: 7.
        depth: documents retrieved per row. Default: 100.
        skip: skip the first N ranks. Default: 0.
        share: a negative must score below this share of the positive's score. Default: 0.95.
        margin: a negative must score at least this much below the positive.
        max_score: maximum score of a negative.
        min_score: minimum score of a negative.
        bar: if a row has several positives, the score to compare with: lowest, mean, or highest. Default: min.
        sample: which remaining candidates to take: the top-ranked, or a random sample (see ``seed``). Default:
            top.
        near_duplicate: exclude documents at least this similar to a positive (Jaccard similarity of
            five-character shingles); 1 excludes only copies. Default: 0.8.
        too_few: rows with fewer negatives: fill up with random documents, keep what there is (rows with none
            are dropped), or drop them. Default: fill.
        seed: random seed. Default: 1.
        limit: process only the first N rows or queries.
        on_bad_row: rows: unreadable rows: stop, or skip them and write them to OUT.bad.jsonl. Default: stop.
        max_retries: maximum retries of a failed call to a server. Default: 8.
        yes: download models without asking.
        recipe: a YAML or JSON file, a manifest, or the name of a recipe, to read options from; those given here
            override it.
        quiet: no progress; notes still go to standard error.

    Example:
        >>> mined = mine("examples/collection", split="test", out="out/mined.jsonl", negatives=3)
        >>> mined.rows
        'out/mined.jsonl'
    """
    return run_on_rows("mine", rows, locals())


def plan_mine(
    rows: Rows,
    *,
    out: StrPath | None = None,
    report: StrPath | None = None,
    format: Literal["bge", "tevatron", "tevatron-v2", "tevatron-scored", "ms-swift", "ms-swift-reranker", "ms-swift-pair", "st-pair", "st-triplet", "st-n-tuple", "st-labeled-pair", "st-labeled-list", "msmarco", "dpr", "rankllm", "nemo", "nemo-inline"] | None = None,
    trainer: Literal["st", "tevatron", "flagembedding", "ms-swift", "automodel", "off"] | None = None,
    split: StrPath | None = None,
    subset: StrPath | None = None,
    relevance: int | None = None,
    corpus: StrPath | None = None,
    add: bool | None = None,
    known: StrPath | None = None,
    retriever: StrPath | None = None,
    index: StrPath | None = None,
    tokenizer: Literal["english", "words", "characters", "trigram"] | None = None,
    bm25_k1: float | None = None,
    bm25_b: float | None = None,
    search: Literal["auto", "exact", "hnsw"] | None = None,
    rrf_k: int | None = None,
    rescore: StrPath | None = None,
    negatives: int | None = None,
    depth: int | None = None,
    skip: int | None = None,
    share: Literal["off"] | float | str | None = None,
    margin: float | None = None,
    max_score: float | None = None,
    min_score: float | None = None,
    bar: Literal["min", "mean", "max"] | None = None,
    sample: Literal["top", "random"] | None = None,
    near_duplicate: float | str | None = None,
    too_few: Literal["keep", "drop", "fill"] | None = None,
    seed: int | None = None,
    limit: int | None = None,
    on_bad_row: Literal["stop", "skip"] | None = None,
    max_retries: int | None = None,
    yes: bool | None = None,
    recipe: StrPath | None = None,
    quiet: bool = False,
) -> Report:
    """The dry run of ``mine``, with its options: search and print how many negatives each threshold leaves; write nothing.

    Args:
        rows: the folder of a collection, or rows: a path, a list of dicts, a pandas.DataFrame or a
            datasets.Dataset.
        recipe: a YAML or JSON file, a manifest, or the name of a recipe, to read options from; those given here
            override it.
        quiet: no progress; notes still go to standard error.
    """
    return run_report("mine", [rows], locals(), dryRun=True)


def doctor(
    rows: Rows,
    *,
    known: StrPath | None = None,
    strict: bool | None = None,
    fix: bool | None = None,
    out: StrPath | None = None,
    format: Literal["bge", "tevatron", "tevatron-v2", "tevatron-scored", "ms-swift", "ms-swift-reranker", "ms-swift-pair", "st-pair", "st-triplet", "st-n-tuple", "st-labeled-pair", "st-labeled-list", "msmarco", "dpr", "rankllm", "nemo", "nemo-inline"] | None = None,
    recipe: StrPath | None = None,
    quiet: bool = False,
) -> Report:
    """Checks a file of training rows for problems, and mends what is safe. Makes no model calls.

    Args:
        rows: a path, a list of dicts, a pandas.DataFrame or a datasets.Dataset.
        known: judgements (TREC or BEIR); their relevant passages are known positives.
        strict: exit with 1 if something breaks training: a gate for CI.
        fix: write the rows to ``out`` without repeated rows and passages, empty passages and copied positives
            (exact copies only), and with bad rows mended where that is safe.
        out: output file of ``fix``, in the format of the input; rows that were left out are in
            OUT.dropped.jsonl.
        format: format of the rows (default: detected from the first row).
        recipe: a YAML or JSON file, a manifest, or the name of a recipe, to read options from; those given here
            override it.
        quiet: no progress; notes still go to standard error.

    Example:
        >>> doctor("examples/rows.jsonl")["rows"]
        48
    """
    return run_report("doctor", [rows], locals())


def lint(
    rows: Rows,
    *,
    for_: StrPath | Sequence[StrPath] | None = None,
    fix: bool | None = None,
    out: StrPath | None = None,
    negatives: int | None = None,
    strict: bool | None = None,
    recipe: StrPath | None = None,
    quiet: bool = False,
) -> Report:
    """Checks a file of rows against the rules of a trainer, and mends what is safe. Makes no model calls.

    Args:
        rows: a path, a list of dicts, a pandas.DataFrame or a datasets.Dataset.
        for_: trainer that will read the rows, and its loss or task (default: its first): sentence-transformers
            (mnrl, cached-mnrl, gist, triplet, cosent, angle, cosine-similarity, contrastive, online-contrastive,
            softmax, margin-mse, distill-kl); cross-encoder (bce, mse, cross-entropy, mnrl, cached-mnrl, margin-mse,
            lambda, listnet, ranknet); flagembedding (embedder, distill, reranker); tevatron (contrastive, distil,
            reranker); ms-swift (infonce, cosine-similarity, contrastive, online-contrastive, pointwise-reranker,
            listwise-reranker, generative-reranker); automodel (bi-encoder, cross-encoder); winnow (train); may be
            given several times.
        fix: write the rows without the faults that can be mended safely to ``out``; the input stays as it is.
        out: output file of ``fix`` (its extension sets the file type; .gz and .zst compress; DIR/ is a folder
            of Parquet files, - standard output).
        negatives: negatives that training takes for each query, one fewer than train_group_size (default: that
            of the trainer: flagembedding and tevatron 7, automodel 4); with ``fix``, every row gets this number:
            its first ones, repeated if it has fewer.
        strict: exit with 1 for warnings, too.
        recipe: a YAML or JSON file, a manifest, or the name of a recipe, to read options from; those given here
            override it.
        quiet: no progress; notes still go to standard error.

    Example:
        >>> lint("examples/rows.jsonl", for_="tevatron")["targets"][0]["for"]
        'tevatron:contrastive'
    """
    return run_report("lint", [rows], locals())


def compare(
    *rows: Rows,
    engine: Literal["winnow", "torch"] | None = None,
    eval: StrPath | Sequence[StrPath] | None = None,
    seeds: int | None = None,
    measure: StrPath | None = None,
    no_controls: bool | None = None,
    html: StrPath | None = None,
    work: StrPath | None = None,
    policies: StrPath | None = None,
    ledger: StrPath | None = None,
    evidence: StrPath | None = None,
    run: StrPath | None = None,
    dimensions: int | None = None,
    epochs: int | None = None,
    steps: int | None = None,
    batch: int | None = None,
    negatives: int | None = None,
    generated: int | None = None,
    learning_rate: float | None = None,
    schedule: Literal["constant", "linear", "cosine"] | None = None,
    temperature: float | None = None,
    loss: Literal["info-nce", "info-nce+entropy", "info-nce+match", "bce", "list-wise"] | None = None,
    loss_weight: float | None = None,
    entropy_temperature: float | None = None,
    mask_share: Literal["off"] | float | str | None = None,
    seed: int | None = None,
    max_tokens: int | None = None,
    vocabulary: int | None = None,
    from_: StrPath | None = None,
    base: StrPath | None = None,
    map: Literal["shared", "per-side"] | None = None,
    rank: int | None = None,
    weight_decay: float | None = None,
    refresh_negatives: int | None = None,
    corpus: StrPath | None = None,
    dev: StrPath | None = None,
    threads: int | None = None,
    format: Literal["bge", "tevatron", "tevatron-v2", "tevatron-scored", "ms-swift", "ms-swift-reranker", "ms-swift-pair", "st-pair", "st-triplet", "st-n-tuple", "st-labeled-pair", "st-labeled-list", "msmarco", "dpr", "rankllm", "nemo", "nemo-inline"] | None = None,
    on_bad_row: Literal["stop", "skip"] | None = None,
    kind: Literal["encoder", "reranker"] | None = None,
    warmup: float | str | None = None,
    in_batch: Literal["on", "off"] | None = None,
    query_prefix: StrPath | None = None,
    passage_prefix: StrPath | None = None,
    pooling: Literal["mean", "cls", "max", "lasttoken", "weightedmean", "mean_sqrt_len_tokens"] | None = None,
    append_eos: bool | None = None,
    lora_rank: int | None = None,
    lora_alpha: int | None = None,
    lora_dropout: float | None = None,
    lora_targets: StrPath | None = None,
    early_stop: int | None = None,
    precision: Literal["fp32", "bf16"] | None = None,
    mini_batch: int | None = None,
    gradient_checkpointing: bool | None = None,
    processes: int | None = None,
    device: Literal["auto", "cpu", "cuda"] | None = None,
    python: StrPath | None = None,
    checkpoint_every: float | None = None,
    first_stage: StrPath | None = None,
    depth: int | None = None,
    recipe: StrPath | None = None,
    quiet: bool = False,
) -> Report:
    """Compares training files by training encoders on them, with confidence intervals and controls.

    Args:
        rows: the baseline first; each is a path, a list of dicts, a pandas.DataFrame or a datasets.Dataset.
            Without a path they are called rows1, rows2, ….
        engine: winnow: train a static encoder, or a map over ``base``, here; torch: fine-tune a model with
            PyTorch, on a GPU if there is one. Default: winnow.
        eval: folders of test collections; COLLECTION:SPLIT for a split other than test.
        seeds: trainings per arm. Default: 5.
        measure: measure to compare, as in winnow eval. Default: nDCG@10.
        no_controls: skip the control arms, which change as many passages or drop as many rows at random.
        html: also write a page for a browser: one file with the verdict, pictures and figures; it loads
            nothing.
        work: folder for finished trainings, from which the same command resumes (default: in the cache).
        policies: arms from one cleaned file: presets or options of winnow apply, such as rlhn-text,safe.
        ledger: evidence for ``policies``: the ledger of the run.
        evidence: evidence for ``policies``: a file written by ``write_evidence``.
        run: run whose evidence to use (default: the only run on this input).
        dimensions: winnow: dimensions of the vectors (default: 512, or those of ``from_``).
        epochs: winnow: passes over the rows (default: 6; 10 with ``base``); torch: passes over the rows
            (default: 1).
        steps: training steps, instead of ``epochs``.
        batch: rows per step. Default: 64.
        negatives: negatives per row, redrawn every epoch. Default: 7.
        generated: generated negatives per row, in addition to ``negatives``. Default: 3.
        learning_rate: winnow: learning rate of Adam (default: 0.01; 0.001 with ``base``); torch: highest
            learning rate of AdamW (default: 0.00002).
        schedule: winnow: learning rate: constant, or linear decay to zero (default: constant); torch: learning
            rate: constant, or linear or cosine decay to zero (default: linear).
        temperature: winnow: temperature of the loss (default: 0.1; 0.05 with ``base``); torch: temperature of
            the loss (default: 0.05).
        loss: winnow: loss: InfoNCE, or InfoNCE plus a term over generated negatives; torch: the same for
            encoders; bce (default) or list-wise for rerankers. Default: info-nce.
        loss_weight: weight of the term added to InfoNCE (default: 0.05 for entropy, 10 for match).
        entropy_temperature: temperature of the entropy term (default: 0.1).
        mask_share: ignore in-batch passages that score at least this share of the query's positive (default:
            off).
        seed: first seed; the others follow it. Default: 1.
        max_tokens: maximum tokens per text in training. Default: 256.
        vocabulary: winnow: maximum words with their own vector. Default: 100000.
        from_: winnow: start from a Model2Vec or StaticEmbedding folder instead of random vectors.
        base: winnow: train a linear map over the vectors of this encoder, which stays as it is: hf:PATH,
            MODEL@BASE_URL, or the folder of an encoder; torch: model to fine-tune: a folder with PyTorch weights,
            or the name of a downloaded one.
        map: winnow: ``base``: one map for all texts, or one for queries and one for passages. Default: shared.
        rank: winnow: ``base``: learn a low-rank map: the identity plus a product of two matrices with N columns
            (default: a full matrix).
        weight_decay: winnow: ``base``: weight decay towards the identity, as a share of the learning rate per
            step. Default: 0.
        refresh_negatives: winnow: every N steps, mine new negatives from ``corpus`` with the current encoder
            (at most 95% of the positive's score).
        corpus: winnow: documents for ``refresh_negatives``: a file or a collection folder.
        dev: choose the best epoch of each training on this collection (default: use the last step).
        threads: winnow: threads (default: one per processor); does not change the vectors.
        format: format of the rows (default: detected from the first row).
        on_bad_row: unreadable rows: stop, or skip them. Default: stop.
        kind: torch: what to train: a bi-encoder or a cross-encoder. Default: encoder.
        warmup: torch: share of the steps in which the learning rate rises from 0. Default: 0.
        in_batch: torch: whether passages of other rows of the step are negatives too. Default: on.
        query_prefix: torch: text before each query (default: the model's own).
        passage_prefix: torch: text before each passage (default: the model's own).
        pooling: torch: pooling, for a model that is not an encoder yet (default: mean).
        append_eos: torch: end each text with the end-of-sequence token.
        lora_rank: torch: train a LoRA adapter of this rank instead of all weights.
        lora_alpha: torch: scale of the adapter (default: twice its rank).
        lora_dropout: torch: dropout of the adapter. Default: 0.
        lora_targets: torch: linear layers with an adapter (default: q_proj,v_proj).
        early_stop: torch: stop after this many epochs without a better nDCG@10.
        precision: torch: arithmetic on a GPU (a CPU always uses fp32). Default: fp32.
        mini_batch: torch: texts (encoder, by GradCache) or rows (reranker) held at once; does not change the
            result.
        gradient_checkpointing: torch: compute activations twice to save memory.
        processes: torch: processes, one per GPU; ``batch`` is over all of them. Default: 1.
        device: torch: where to train (auto: on a GPU if there is one; cuda: fail if there is none). Default:
            auto.
        python: torch: Python with sentence-transformers 6 (default: WINNOW_PYTHON, else uv, else python3).
        checkpoint_every: torch: interval between checkpoints in MODEL.training; the same command resumes from
            the last one. Default: 60.
        first_stage: torch: retriever whose first documents a reranker reorders, named as for winnow eval.
            Default: bm25.
        depth: torch: documents of the first stage that a reranker reorders, per query. Default: 100.
        recipe: a YAML or JSON file, a manifest, or the name of a recipe, to read options from; those given here
            override it.
        quiet: no progress; notes still go to standard error.

    Example:
        >>> report = compare(
        ...     "examples/rows.jsonl", "out/cleaned.jsonl", eval="examples/collection", steps=1, dimensions=16
        ... )
        >>> report["measure"]
        'nDCG@10'
    """
    return run_report("compare", rows, locals())


def convert(
    rows: R,
    *,
    out: StrPath | None = None,
    to: Literal["bge", "tevatron", "tevatron-v2", "tevatron-scored", "ms-swift", "ms-swift-reranker", "ms-swift-pair", "st-pair", "st-triplet", "st-n-tuple", "st-labeled-pair", "st-labeled-list", "msmarco", "dpr", "rankllm", "nemo", "nemo-inline"] | None = None,
    positives: Literal["all", "unroll", "best"] | None = None,
    negatives: int | None = None,
    documents: StrPath | None = None,
    format: Literal["bge", "tevatron", "tevatron-v2", "tevatron-scored", "ms-swift", "ms-swift-reranker", "ms-swift-pair", "st-pair", "st-triplet", "st-n-tuple", "st-labeled-pair", "st-labeled-list", "msmarco", "dpr", "rankllm", "nemo", "nemo-inline"] | None = None,
    on_bad_row: Literal["stop", "skip"] | None = None,
    recipe: StrPath | None = None,
    quiet: bool = False,
) -> Result[R]:
    """Writes training rows in another format or container. Makes no model calls.

    Args:
        rows: a path, a list of dicts, a pandas.DataFrame or a datasets.Dataset.
        out: output file (its extension sets the file type; .gz and .zst compress; DIR/ is a folder of Parquet
            files, - standard output).
        to: format of the output rows, container of the output file (jsonl, json, csv, tsv, parquet, arrow), or
            both: bge+parquet (default: the format of the input, the container by the name of ``out``).
        positives: rows with several positives: keep all, write one row for each, or keep the best (by score,
            else the first). Default: all.
        negatives: keep the first N negatives of a row (default: all; st-n-tuple: as many as every row has).
        documents: documents behind the ids of rows (default: the corpus beside the rows, or the one that they
            name).
        format: format of the rows (default: detected from the first row).
        on_bad_row: unreadable rows: stop, or skip them and write them to OUT.bad.jsonl. Default: stop.
        recipe: a YAML or JSON file, a manifest, or the name of a recipe, to read options from; those given here
            override it.
        quiet: no progress; notes still go to standard error.

    Example:
        >>> converted = convert("examples/rows.jsonl", to="bge", out="out/bge.jsonl")
        >>> converted.outcomes
        {'written': 48}
    """
    return run_on_rows("convert", rows, locals())


def explain(
    rows: Rows,
    row: str,
    *,
    replies: bool | None = None,
    run: StrPath | None = None,
    ledger: StrPath | None = None,
    evidence: StrPath | None = None,
    report: StrPath | None = None,
    format: Literal["bge", "tevatron", "tevatron-v2", "tevatron-scored", "ms-swift", "ms-swift-reranker", "ms-swift-pair", "st-pair", "st-triplet", "st-n-tuple", "st-labeled-pair", "st-labeled-list", "msmarco", "dpr", "rankllm", "nemo", "nemo-inline"] | None = None,
    preset: Literal["rlhn-text", "rlhn-code", "safe"] | None = None,
    better: Literal["relabel", "remove", "keep", "drop-row"] | None = None,
    worse: Literal["relabel", "remove", "keep", "drop-row"] | None = None,
    max_false_negatives: int | None = None,
    policy: Literal["fixed", "measured"] | None = None,
    gold: StrPath | None = None,
    relevance_level: int | None = None,
    precision: StrPath | Sequence[StrPath] | None = None,
    relabel_from: float | str | None = None,
    remove_from: float | str | None = None,
    known_positives: Literal["remove", "relabel", "keep"] | None = None,
    known: StrPath | None = None,
    when_no_negatives_left: Literal["drop", "keep", "refill"] | None = None,
    corpus: StrPath | None = None,
    refill_retriever: StrPath | None = None,
    refill_negatives: int | None = None,
    refill_share: Literal["off"] | float | str | None = None,
    undecided: Literal["keep", "drop"] | None = None,
    action: Literal["relabel", "filter", "relabel+filter", "remove", "keep", "drop-row"] | None = None,
    anchor: Literal["best", "worst", "first"] | None = None,
    agreement: float | str | None = None,
    share: float | str | None = None,
    target_share: float | str | None = None,
    bar: Literal["min", "mean", "max"] | None = None,
    force: bool | None = None,
    max_lost: int | None = None,
    absent_target: Literal["discard", "accept"] | None = None,
    confirm: int | None = None,
    rank: Literal["answering", "all"] | None = None,
    verify: Literal["none", "requirements", "requirements+judge"] | None = None,
    per_row: int | None = None,
    human: Literal["ignore", "overrides"] | None = None,
    human_relevant: Literal["relabel", "remove"] | None = None,
    beyond: StrPath | None = None,
    recipe: StrPath | None = None,
    quiet: bool = False,
) -> Report:
    """Explains the decision on one row: labels, evidence, model calls. Makes no model calls.

    Args:
        rows: the path of rows that a command has read or written.
        row: the id of a row, or ``line:12``.
        replies: print the replies verbatim.
        run: run whose evidence to use (default: the only run on this input).
        ledger: database of model replies (default: the output's, or .winnow/ledger.db next to ROWS).
        evidence: read the evidence from a file written by ``write_evidence`` instead of a ledger.
        report: folder of an output's manifest (default: next to the output).
        format: format of the rows (default: detected from the first row).
        preset: rlhn: sets ``better`` and ``worse``: safe (relabel better, remove worse), rlhn-text (relabel,
            keep), rlhn-code (relabel, relabel). Default: safe.
        better: rlhn: action on negatives better than the positives (default: by preset).
        worse: rlhn: action on negatives that are relevant but worse than the positives (default: by preset).
        max_false_negatives: rlhn: drop rows with more false negatives than this as ambiguous (default: by
            preset, 7 or 8).
        policy: rlhn, arhn: fixed: the actions of the options; measured: for each verdict the action that its
            precision justifies, by ``gold``, else by the canaries of the check. Default: fixed.
        gold: rlhn, arhn: ``policy`` measured: what people say of passages of these rows: gold.jsonl, or qrels
            whose queries are the rows.
        relevance_level: rlhn, arhn: ``policy`` measured: the lowest grade of gold that counts as relevant.
            Default: 1.
        precision: rlhn, arhn: ``policy`` measured: how precise a verdict is at least, where that is known
            already.
        relabel_from: rlhn, arhn: a finding becomes a positive where at least this share of such findings is
            right, with 97.5% confidence. Default: 0.9.
        remove_from: rlhn, arhn: a finding leaves the negatives where at least this share of such findings is
            right, likewise. Default: 0.3.
        known_positives: rlhn, arhn, percpos: negatives known to be positives of the same query, from other rows
            or ``known``. Default: remove.
        known: rlhn, arhn, percpos: judgements (TREC or BEIR); their relevant passages are known positives.
        when_no_negatives_left: rlhn, arhn, percpos: rows that lose all negatives: drop, keep, or refill by
            mining new ones from ``corpus``. Default: drop.
        corpus: rlhn, arhn, percpos: refill: documents to mine from: a file or a collection folder.
        refill_retriever: rlhn, arhn, percpos: refill: retriever: bm25, an encoder (hf:PATH, MODEL@BASE_URL), or
            several joined by + (default: bm25).
        refill_negatives: rlhn, arhn, percpos: refill: negatives per row (default: as many as it had).
        refill_share: rlhn, arhn, percpos: refill: a negative must score below this share of the positive's
            score (default: 95%).
        undecided: rlhn, arhn, percpos: rows without a readable reply: keep them unchanged, or drop them.
            Default: keep.
        action: arhn: relabel negatives ranked above the positive, filter out negatives with an answer, or both
            (default: relabel+filter); percpos: action on suspected negatives (default: remove).
        anchor: arhn: if a row has several positives, which one a negative must outrank: best ranked, worst
            ranked, or first in the row. Default: best.
        agreement: arhn: share of ``permutations`` in which a negative must outrank it. Default: 0.75.
        share: percpos: suspect negatives that score at least this share of the positive's score (default: 95%).
        target_share: percpos: fit ``share`` so that about this share of the negatives is suspected, such as 5%.
        bar: percpos: if a row has several positives, the score to compare with: lowest, mean, or highest.
            Default: min.
        force: percpos: continue even if more than 60% of the negatives are suspected.
        max_lost: causalneg: critical requirements other than its target that a passage may fail. Default: 1.
        absent_target: causalneg: passages that omit their target requirement instead of violating it. Default:
            discard.
        confirm: rlhn, arhn: a find becomes a positive only if the judge finds it again in N further orders of
            showing; asked only where there is a find (default: as in the run).
        rank: arhn: passages to rank: negatives with an answer, or all (default: as in the run).
        verify: causalneg: what a passage must pass: only the gates (none), a check of every requirement, or
            RLHN's judge as well (default: as in the run).
        per_row: causalneg: maximum passages written per row (default: as in the run).
        human: what people said in an audit: ignore it, or let it win over the judges (winnow audit report puts
            it into the ledger). Default: ignore.
        human_relevant: ``human`` overrides: what happens to a negative that people call relevant. Default:
            relabel.
        beyond: negatives beyond ``max_passages`` (default: as in the run).
        recipe: a YAML or JSON file, a manifest, or the name of a recipe, to read options from; those given here
            override it.
        quiet: no progress; notes still go to standard error.

    Example:
        >>> explain("out/cleaned.jsonl", "line:1")["line"]
        1
    """
    return run_report("explain", [rows, row], locals())


def publish(
    rows: Rows,
    hub: str,
    *,
    private: bool | None = None,
    license: StrPath | None = None,
    folder: StrPath | None = None,
    no_evidence: bool | None = None,
    token_from_env: StrPath | None = None,
    format: Literal["bge", "tevatron", "tevatron-v2", "tevatron-scored", "ms-swift", "ms-swift-reranker", "ms-swift-pair", "st-pair", "st-triplet", "st-n-tuple", "st-labeled-pair", "st-labeled-list", "msmarco", "dpr", "rankllm", "nemo", "nemo-inline"] | None = None,
    recipe: StrPath | None = None,
    quiet: bool = False,
) -> Report:
    """Publishes rows as a data set on the Hugging Face hub: Parquet files, and a card that says how they were made.

    Args:
        rows: the path of a folder that is ready, or rows: a path, a list of dicts, a pandas.DataFrame or a
            datasets.Dataset.
        hub: ``hf://datasets/OWNER/NAME``, and ``@BRANCH`` if it is not main.
        private: make a new repository private; an existing one stays as it is.
        license: licence in the card, as the hub names it, such as cc-by-4.0 (default: that of the source, if
            the source is on the hub).
        folder: keep the uploaded folder here (default: a temporary folder, deleted afterwards).
        no_evidence: leave out the evidence beside the rows (OUT.evidence.parquet or .jsonl).
        token_from_env: environment variable with the token (default: HF_TOKEN, then the token that hf auth
            login stored).
        format: format of the rows (default: detected from the first row).
        recipe: a YAML or JSON file, a manifest, or the name of a recipe, to read options from; those given here
            override it.
        quiet: no progress; notes still go to standard error.

    Example:
        >>> plan = plan_publish("out/cleaned.jsonl", "hf://datasets/me/cleaned")
        >>> plan["rows"]
        47
    """
    return run_report("publish", [rows, hub], locals())


def plan_publish(
    rows: Rows,
    hub: str,
    *,
    private: bool | None = None,
    license: StrPath | None = None,
    folder: StrPath | None = None,
    no_evidence: bool | None = None,
    token_from_env: StrPath | None = None,
    format: Literal["bge", "tevatron", "tevatron-v2", "tevatron-scored", "ms-swift", "ms-swift-reranker", "ms-swift-pair", "st-pair", "st-triplet", "st-n-tuple", "st-labeled-pair", "st-labeled-list", "msmarco", "dpr", "rankllm", "nemo", "nemo-inline"] | None = None,
    recipe: StrPath | None = None,
    quiet: bool = False,
) -> Report:
    """The dry run of ``publish``, with its options: list the files and their sizes; send nothing, create nothing.

    Args:
        rows: the path of a folder that is ready, or rows: a path, a list of dicts, a pandas.DataFrame or a
            datasets.Dataset.
        hub: ``hf://datasets/OWNER/NAME``, and ``@BRANCH`` if it is not main.
        recipe: a YAML or JSON file, a manifest, or the name of a recipe, to read options from; those given here
            override it.
        quiet: no progress; notes still go to standard error.
    """
    return run_report("publish", [rows, hub], locals(), dryRun=True)


def plan(
    rows: Rows,
    *,
    method: Literal["rlhn", "arhn", "percpos", "causalneg"] | None = None,
    screen: StrPath | None = None,
    judge: StrPath | None = None,
    gate_model: StrPath | None = None,
    refill_retriever: StrPath | None = None,
    scorer: StrPath | None = None,
    writer: StrPath | None = None,
    verifier: StrPath | None = None,
    hardness_model: StrPath | None = None,
    pilot: int | None = None,
    batch: Literal["true"] | StrPath | None = None,
    papers: bool | None = None,
    tokenizer: StrPath | Sequence[StrPath] | None = None,
    rpm: int | None = None,
    tpm: int | None = None,
    tokens_per_second: float | None = None,
    gpus: int | None = None,
    count: int | None = None,
    format: Literal["bge", "tevatron", "tevatron-v2", "tevatron-scored", "ms-swift", "ms-swift-reranker", "ms-swift-pair", "st-pair", "st-triplet", "st-n-tuple", "st-labeled-pair", "st-labeled-list", "msmarco", "dpr", "rankllm", "nemo", "nemo-inline"] | None = None,
    ledger: StrPath | None = None,
    on_bad_row: Literal["stop", "skip"] | None = None,
    task: StrPath | None = None,
    tasks: StrPath | None = None,
    tasks_from: Literal["data", "names"] | None = None,
    keep_duplicates: bool | None = None,
    reasoning_effort: Literal["none", "minimal", "low", "medium", "high", "xhigh"] | None = None,
    extra_body: StrPath | Mapping[str, Any] | None = None,
    prompts: StrPath | None = None,
    max_passages: int | None = None,
    beyond: Literal["keep", "drop", "judge"] | None = None,
    spot_check: float | str | None = None,
    recall: float | str | None = None,
    gate: Literal["learned", "screen", "scorer"] | None = None,
    calibrate: int | None = None,
    confirm: int | None = None,
    prompt_set: StrPath | None = None,
    shuffle: Literal["off"] | int | None = None,
    seed: int | None = None,
    max_tokens: int | None = None,
    temperature: float | None = None,
    preset: Literal["rlhn-text", "rlhn-code", "safe"] | None = None,
    better: Literal["relabel", "remove", "keep", "drop-row"] | None = None,
    worse: Literal["relabel", "remove", "keep", "drop-row"] | None = None,
    max_false_negatives: int | None = None,
    policy: Literal["fixed", "measured"] | None = None,
    gold: StrPath | None = None,
    relevance_level: int | None = None,
    precision: StrPath | Sequence[StrPath] | None = None,
    relabel_from: float | str | None = None,
    remove_from: float | str | None = None,
    known_positives: Literal["remove", "relabel", "keep"] | None = None,
    known: StrPath | None = None,
    when_no_negatives_left: Literal["drop", "keep", "refill"] | None = None,
    corpus: StrPath | None = None,
    refill_negatives: int | None = None,
    refill_share: Literal["off"] | float | str | None = None,
    undecided: Literal["keep", "drop"] | None = None,
    write_scores: Literal["scorer", "rank", "votes", "verdict"] | bool | None = None,
    unscored: Literal["keep", "drop"] | None = None,
    limit: int | None = None,
    max_usd: float | None = None,
    price: StrPath | Sequence[StrPath] | None = None,
    concurrency: int | None = None,
    max_retries: int | None = None,
    timeout: float | None = None,
    no_stop: bool | None = None,
    shard: StrPath | None = None,
    no_check: bool | None = None,
    check_rows: int | None = None,
    check_false: float | str | None = None,
    check_chance: float | None = None,
    check_place: float | str | None = None,
    check_copied: float | str | None = None,
    batch_requests: int | None = None,
    batch_tokens: int | None = None,
    no_wait: bool | None = None,
    poll: float | None = None,
    service_tier: StrPath | None = None,
    threads: int | None = None,
    yes: bool | None = None,
    retry_undecided: bool | None = None,
    rank: Literal["answering", "all"] | None = None,
    votes: int | None = None,
    permutations: int | None = None,
    passages_per_call: int | None = None,
    constrain: Literal["off", "json", "regex", "grammar"] | None = None,
    no_think: bool | None = None,
    action: Literal["relabel", "filter", "relabel+filter", "remove", "keep", "drop-row"] | None = None,
    anchor: Literal["best", "worst", "first"] | None = None,
    agreement: float | str | None = None,
    share: float | str | None = None,
    target_share: float | str | None = None,
    bar: Literal["min", "mean", "max"] | None = None,
    force: bool | None = None,
    per_row: int | None = None,
    strategies: Literal["entity_shift", "intent_drift", "constraint_violation", "attribute_shift", "relation_break", "upstream_downstream"] | StrPath | None = None,
    verify: Literal["none", "requirements", "requirements+judge"] | None = None,
    on_failure: Literal["discard", "rewrite"] | None = None,
    references: int | None = None,
    max_lost: int | None = None,
    absent_target: Literal["discard", "accept"] | None = None,
    min_hardness: float | str | None = None,
    out: StrPath | None = None,
    report: StrPath | None = None,
    to: Literal["bge", "tevatron", "tevatron-v2", "tevatron-scored", "ms-swift", "ms-swift-reranker", "ms-swift-pair", "st-pair", "st-triplet", "st-n-tuple", "st-labeled-pair", "st-labeled-list", "msmarco", "dpr", "rankllm", "nemo", "nemo-inline"] | None = None,
    html: StrPath | None = None,
    write_evidence: Literal["parquet", "jsonl"] | None = None,
    trainer: Literal["st", "tevatron", "flagembedding", "ms-swift", "automodel", "off"] | None = None,
    recipe: StrPath | None = None,
    quiet: bool = False,
) -> Report:
    """Plans a run of clean or grow before it is paid for: calls, tokens, cost and hours, with intervals.

    Args:
        rows: a path, a list of dicts, a pandas.DataFrame or a datasets.Dataset.
        method: the method to plan: rlhn: a cheap model screens rows, a strong model relabels false negatives
            (arXiv 2505.16967); arhn: an open model extracts an answer from each passage and ranks the answers
            (arXiv 2604.11092); percpos: an encoder or reranker scores passages; negatives close to a positive's
            score are removed (arXiv 2407.15831); causalneg: a model writes negatives that each violate one
            requirement; another verifies them (arXiv 2606.01304). Default: rlhn.
        screen: rlhn: cheap model that judges every row first.
        judge: rlhn: strong model that judges the rows flagged by ``screen``, or all rows without ``screen``;
            arhn: model that finds and ranks the answers; causalneg: requirements+judge: model that judges as in
            RLHN (default: the verifier).
        gate_model: rlhn: encoder or reranker whose scores the gate uses: hf:PATH, MODEL@BASE_URL,
            MODEL@URL/rerank.
        refill_retriever: rlhn, arhn, percpos: refill: retriever: bm25, an encoder (hf:PATH, MODEL@BASE_URL), or
            several joined by + (default: bm25).
        scorer: percpos: encoder or reranker that scores passages: hf:PATH, MODEL@BASE_URL, MODEL@URL/rerank;
            must not be the one that mined them.
        writer: causalneg: model that analyses each row and writes the passages.
        verifier: causalneg: model that checks every written passage; ideally not the writer.
        hardness_model: causalneg: encoder that measures hardness: hf:PATH, MODEL@BASE_URL, or a folder of
            winnow train; off for none (default: one trained on these rows).
        pilot: really ask about N rows spread over the files first, and measure with them; replies are kept in
            the ledger. Default: 0.
        batch: also the price in batch, at this provider (default: the one that serves the models).
        papers: recompute the costs of RLHN's seven datasets and compare them with its table.
        tokenizer: tokenizer.json, the folder of a model that holds one, or hf://OWNER/NAME, to count tokens
            with.
        rpm: calls a minute that the provider allows for each model.
        tpm: tokens a minute that the provider allows for each model.
        tokens_per_second: tokens of prompts and replies together that a server of yours does a second, for
            hours of GPUs (default: as measured by ``pilot``).
        gpus: GPUs of that server. Default: 1.
        count: count the tokens of at most N rows; of more rows, N are drawn at random. Default: 10000.
        format: format of the rows (default: detected from the first row).
        ledger: database of model replies, or postgres://HOST/DATABASE (default: .winnow/ledger.db next to
            ``out``).
        on_bad_row: unreadable rows: stop, or skip them and write them to OUT.bad.jsonl. Default: stop.
        task: what counts as relevant, for every row: a built-in task or your own YAML/JSON file.
        tasks: tasks by dataset, type or prompt, as a YAML/JSON file; it comes before what rows say themselves.
        tasks_from: what rows choose their task by: dataset, type and prompt (data), or the dataset alone as
            before there were the others (names) (default: data).
        keep_duplicates: rlhn, arhn, percpos: keep negatives that are copies of the row's own positives.
        reasoning_effort: rlhn, arhn, causalneg: how much a reasoning model may think; the limit of a reply is
            raised by as many tokens.
        extra_body: rlhn, arhn, causalneg: further fields of every request to an OpenAI-compatible server, as
            they are: '{"top_p": 0.9}'.
        prompts: rlhn: folder of your own prompts: rlhn.screen.md, rlhn.judge.md; arhn: folder of your own
            prompts: arhn.extract.md, arhn.rank.md; causalneg: folder of your own prompts: causalneg.analyse.md,
            causalneg.write.md, causalneg.verify.md.
        max_passages: rlhn: maximum hard negatives per call. Default: 25.
        beyond: rlhn: negatives beyond ``max_passages``: keep unchanged, drop, or judge in further calls.
            Default: keep.
        spot_check: rlhn: share of the rows cleared by the screen that the judge rechecks, such as 1%. Default:
            0.
        recall: rlhn: judge only the rows that a gate picks; of the rows that the judge would flag, it sees at
            least this share, with 95% confidence.
        gate: rlhn: what picks the rows: a model fitted to the judge's own verdicts, the screen's, or the scores
            of ``gate_model`` (default: learned).
        calibrate: rlhn: rows judged first, to measure the gate (default: as many as are needed, at most half of
            the rows).
        confirm: rlhn, arhn: a find becomes a positive only if the judge finds it again in N further orders of
            showing; asked only where there is a find (default: 1; 0 for replay: models, and where no find becomes a
            positive).
        prompt_set: rlhn, arhn, causalneg: wording for the model at hand: paper, small, reasoning; several with
            commas, one a stage (default: by the model's name).
        shuffle: rlhn: shuffle the negatives with this seed, or off (default: 1; off for replay: models and the
            rlhn presets).
        seed: rlhn: seed for the spot check, or for the rows that ``recall`` judges first; arhn: seed for the
            order of the candidates; causalneg: seed for the order of a row's strategies. Default: 1.
        max_tokens: maximum length of a reply, in tokens (default: 4096 for rlhn, 2048 for arhn, 4096 for
            causalneg).
        temperature: rlhn: sampling temperature (default: 0.1); arhn: sampling temperature (default: 0; 0.7 with
            ``votes``); causalneg: sampling temperature of writing; analysis and verification use 0 (default: 0.7).
        preset: rlhn: sets ``better`` and ``worse``: safe (relabel better, remove worse), rlhn-text (relabel,
            keep), rlhn-code (relabel, relabel). Default: safe.
        better: rlhn: action on negatives better than the positives (default: by preset).
        worse: rlhn: action on negatives that are relevant but worse than the positives (default: by preset).
        max_false_negatives: rlhn: drop rows with more false negatives than this as ambiguous (default: by
            preset, 7 or 8).
        policy: rlhn, arhn: fixed: the actions of the options; measured: for each verdict the action that its
            precision justifies, by ``gold``, else by the canaries of the check. Default: fixed.
        gold: rlhn, arhn: ``policy`` measured: what people say of passages of these rows: gold.jsonl, or qrels
            whose queries are the rows.
        relevance_level: rlhn, arhn: ``policy`` measured: the lowest grade of gold that counts as relevant.
            Default: 1.
        precision: rlhn, arhn: ``policy`` measured: how precise a verdict is at least, where that is known
            already.
        relabel_from: rlhn, arhn: a finding becomes a positive where at least this share of such findings is
            right, with 97.5% confidence. Default: 0.9.
        remove_from: rlhn, arhn: a finding leaves the negatives where at least this share of such findings is
            right, likewise. Default: 0.3.
        known_positives: rlhn, arhn, percpos: negatives known to be positives of the same query, from other rows
            or ``known``. Default: remove.
        known: rlhn, arhn, percpos: judgements (TREC or BEIR); their relevant passages are known positives.
        when_no_negatives_left: rlhn, arhn, percpos: rows that lose all negatives: drop, keep, or refill by
            mining new ones from ``corpus``. Default: drop.
        corpus: rlhn, arhn, percpos: refill: documents to mine from: a file or a collection folder.
        refill_negatives: rlhn, arhn, percpos: refill: negatives per row (default: as many as it had).
        refill_share: rlhn, arhn, percpos: refill: a negative must score below this share of the positive's
            score (default: 95%).
        undecided: rlhn, arhn, percpos: rows without a readable reply: keep them unchanged, or drop them.
            Default: keep.
        write_scores: rlhn, arhn, percpos: also write a score for every passage, for distillation: percpos's
            scores, places or votes in arhn's rankings, or verdicts (without a value: the first of these that the
            method has).
        unscored: rlhn, arhn, percpos: with ``write_scores``: rows with a passage that has no score: keep them
            with null in place of the scores, or drop them.
        limit: process only the first N rows.
        max_usd: hard cap on the cost of this run, including earlier attempts.
        price: US dollars per million tokens, for models without a built-in price; MODEL=IN/OUT sets one model.
        concurrency: maximum concurrent calls per endpoint (default: 32, or as many as a llama.cpp server has
            slots).
        max_retries: maximum retries of a failed call. Default: 8.
        timeout: timeout of a first attempt; each repetition after a timeout gets twice the time, up to 8 times.
            Default: 120.
        no_stop: continue after the pilot even if it advises stopping.
        shard: ask only about the I-th of N parts of the rows, on one of N machines that share a ledger; the
            last one done writes all rows.
        no_check: skip the check that shows each model passages whose label is known; it catches a bad judge,
            and does not prove a good one.
        check_rows: check: rows to take (default: 5% of the rows; at least 5, at most 40; none of fewer than 20
            rows).
        check_false: check: stop when surely more of the passages of other rows are called relevant. Default:
            0.1.
        check_chance: check: stop when chance alone tells relevant from irrelevant as well with more than this
            probability. Default: 0.02.
        check_place: check: stop when one place, or the order shown, is named in more of the lists and chance
            does not explain it. Default: 0.5.
        check_copied: check: stop when surely more of the reasons are copies of their document. Default: 0.5.
        batch_requests: most requests of a batch job (default: as many as the provider takes; 250 at azure).
        batch_tokens: most input tokens of a batch job, estimated.
        no_wait: submit the batch jobs and end with exit code 3.
        poll: longest pause between two looks at batch jobs. Default: 60.
        service_tier: the server's service tier, such as flex or priority; give its prices with ``price``.
        threads: processor threads of a gguf: model without a GPU (default: the physical cores).
        yes: download gguf:hf:… models without asking.
        retry_undecided: retry rows whose replies were unreadable.
        rank: arhn: passages to rank: negatives with an answer, or all. Default: answering.
        votes: arhn: ask N times at temperature 0.7 and take the majority; for small models. Default: 1.
        permutations: arhn: rank in P orders; every second one reverses the one before. Default: 1.
        passages_per_call: arhn: passages per extraction call: more save calls, but cost accuracy (default: 1);
            percpos: passages scored per call (default: 32).
        constrain: arhn: constrained decoding of rankings: json (most servers), regex (vLLM), grammar
            (llama.cpp); implies two orders; causalneg: constrained decoding of replies to their JSON schema: json
            (most servers). Default: off.
        no_think: arhn: turn off thinking in models like Qwen3.
        action: arhn: relabel negatives ranked above the positive, filter out negatives with an answer, or both
            (default: relabel+filter); percpos: action on suspected negatives (default: remove).
        anchor: arhn: if a row has several positives, which one a negative must outrank: best ranked, worst
            ranked, or first in the row. Default: best.
        agreement: arhn: share of ``permutations`` in which a negative must outrank it. Default: 0.75.
        share: percpos: suspect negatives that score at least this share of the positive's score (default: 95%).
        target_share: percpos: fit ``share`` so that about this share of the negatives is suspected, such as 5%.
        bar: percpos: if a row has several positives, the score to compare with: lowest, mean, or highest.
            Default: min.
        force: percpos: continue even if more than 60% of the negatives are suspected.
        per_row: causalneg: maximum passages written per row. Default: 3.
        strategies: causalneg: ways in which a passage may fall short, separated by commas. Default:
            entity_shift,intent_drift,constraint_violation,attribute_shift,relation_break,upstream_downstream.
        verify: causalneg: what a passage must pass: only the gates (none), a check of every requirement, or
            RLHN's judge as well. Default: requirements.
        on_failure: causalneg: rejected passages: discard, or rewrite once with the reason for the rejection.
            Default: discard.
        references: causalneg: mined negatives of the row shown as style references. Default: 5.
        max_lost: causalneg: critical requirements other than its target that a passage may fail. Default: 1.
        absent_target: causalneg: passages that omit their target requirement instead of violating it. Default:
            discard.
        min_hardness: causalneg: discard passages whose similarity to the query is below this percentile of the
            row's mined negatives, such as 10%.
        out: output file (its extension sets the file type; .gz and .zst compress; DIR/ is a folder of Parquet
            files, - standard output).
        report: folder for the manifest and the lists of changes (default: next to ``out``).
        to: format of the output rows, container of the output file (jsonl, json, csv, tsv, parquet, arrow), or
            both: bge+parquet (default: the format of the input, the container by the name of ``out``).
        html: also write a page for a browser: one file with the verdict, pictures and figures; it loads
            nothing.
        write_evidence: also write the evidence for every passage to OUT.evidence.parquet or OUT.evidence.jsonl.
        trainer: trainer of the script OUT.train.py, which trains on the rows and says whether it helped; off:
            no script. Default: st.
        recipe: a YAML or JSON file, a manifest, or the name of a recipe, to read options from; those given here
            override it.
        quiet: no progress; notes still go to standard error.
    """
    return run_report("plan", [rows], locals())


def plan_plan(
    rows: Rows,
    *,
    method: Literal["rlhn", "arhn", "percpos", "causalneg"] | None = None,
    screen: StrPath | None = None,
    judge: StrPath | None = None,
    gate_model: StrPath | None = None,
    refill_retriever: StrPath | None = None,
    scorer: StrPath | None = None,
    writer: StrPath | None = None,
    verifier: StrPath | None = None,
    hardness_model: StrPath | None = None,
    pilot: int | None = None,
    batch: Literal["true"] | StrPath | None = None,
    papers: bool | None = None,
    tokenizer: StrPath | Sequence[StrPath] | None = None,
    rpm: int | None = None,
    tpm: int | None = None,
    tokens_per_second: float | None = None,
    gpus: int | None = None,
    count: int | None = None,
    format: Literal["bge", "tevatron", "tevatron-v2", "tevatron-scored", "ms-swift", "ms-swift-reranker", "ms-swift-pair", "st-pair", "st-triplet", "st-n-tuple", "st-labeled-pair", "st-labeled-list", "msmarco", "dpr", "rankllm", "nemo", "nemo-inline"] | None = None,
    ledger: StrPath | None = None,
    on_bad_row: Literal["stop", "skip"] | None = None,
    task: StrPath | None = None,
    tasks: StrPath | None = None,
    tasks_from: Literal["data", "names"] | None = None,
    keep_duplicates: bool | None = None,
    reasoning_effort: Literal["none", "minimal", "low", "medium", "high", "xhigh"] | None = None,
    extra_body: StrPath | Mapping[str, Any] | None = None,
    prompts: StrPath | None = None,
    max_passages: int | None = None,
    beyond: Literal["keep", "drop", "judge"] | None = None,
    spot_check: float | str | None = None,
    recall: float | str | None = None,
    gate: Literal["learned", "screen", "scorer"] | None = None,
    calibrate: int | None = None,
    confirm: int | None = None,
    prompt_set: StrPath | None = None,
    shuffle: Literal["off"] | int | None = None,
    seed: int | None = None,
    max_tokens: int | None = None,
    temperature: float | None = None,
    preset: Literal["rlhn-text", "rlhn-code", "safe"] | None = None,
    better: Literal["relabel", "remove", "keep", "drop-row"] | None = None,
    worse: Literal["relabel", "remove", "keep", "drop-row"] | None = None,
    max_false_negatives: int | None = None,
    policy: Literal["fixed", "measured"] | None = None,
    gold: StrPath | None = None,
    relevance_level: int | None = None,
    precision: StrPath | Sequence[StrPath] | None = None,
    relabel_from: float | str | None = None,
    remove_from: float | str | None = None,
    known_positives: Literal["remove", "relabel", "keep"] | None = None,
    known: StrPath | None = None,
    when_no_negatives_left: Literal["drop", "keep", "refill"] | None = None,
    corpus: StrPath | None = None,
    refill_negatives: int | None = None,
    refill_share: Literal["off"] | float | str | None = None,
    undecided: Literal["keep", "drop"] | None = None,
    write_scores: Literal["scorer", "rank", "votes", "verdict"] | bool | None = None,
    unscored: Literal["keep", "drop"] | None = None,
    limit: int | None = None,
    max_usd: float | None = None,
    price: StrPath | Sequence[StrPath] | None = None,
    concurrency: int | None = None,
    max_retries: int | None = None,
    timeout: float | None = None,
    no_stop: bool | None = None,
    shard: StrPath | None = None,
    no_check: bool | None = None,
    check_rows: int | None = None,
    check_false: float | str | None = None,
    check_chance: float | None = None,
    check_place: float | str | None = None,
    check_copied: float | str | None = None,
    batch_requests: int | None = None,
    batch_tokens: int | None = None,
    no_wait: bool | None = None,
    poll: float | None = None,
    service_tier: StrPath | None = None,
    threads: int | None = None,
    yes: bool | None = None,
    retry_undecided: bool | None = None,
    rank: Literal["answering", "all"] | None = None,
    votes: int | None = None,
    permutations: int | None = None,
    passages_per_call: int | None = None,
    constrain: Literal["off", "json", "regex", "grammar"] | None = None,
    no_think: bool | None = None,
    action: Literal["relabel", "filter", "relabel+filter", "remove", "keep", "drop-row"] | None = None,
    anchor: Literal["best", "worst", "first"] | None = None,
    agreement: float | str | None = None,
    share: float | str | None = None,
    target_share: float | str | None = None,
    bar: Literal["min", "mean", "max"] | None = None,
    force: bool | None = None,
    per_row: int | None = None,
    strategies: Literal["entity_shift", "intent_drift", "constraint_violation", "attribute_shift", "relation_break", "upstream_downstream"] | StrPath | None = None,
    verify: Literal["none", "requirements", "requirements+judge"] | None = None,
    on_failure: Literal["discard", "rewrite"] | None = None,
    references: int | None = None,
    max_lost: int | None = None,
    absent_target: Literal["discard", "accept"] | None = None,
    min_hardness: float | str | None = None,
    out: StrPath | None = None,
    report: StrPath | None = None,
    to: Literal["bge", "tevatron", "tevatron-v2", "tevatron-scored", "ms-swift", "ms-swift-reranker", "ms-swift-pair", "st-pair", "st-triplet", "st-n-tuple", "st-labeled-pair", "st-labeled-list", "msmarco", "dpr", "rankllm", "nemo", "nemo-inline"] | None = None,
    html: StrPath | None = None,
    write_evidence: Literal["parquet", "jsonl"] | None = None,
    trainer: Literal["st", "tevatron", "flagembedding", "ms-swift", "automodel", "off"] | None = None,
    recipe: StrPath | None = None,
    quiet: bool = False,
) -> Report:
    """The dry run of ``plan``, with its options: print one prompt per stage and a cost estimate; send nothing, write
    nothing.

    Args:
        rows: a path, a list of dicts, a pandas.DataFrame or a datasets.Dataset.
        recipe: a YAML or JSON file, a manifest, or the name of a recipe, to read options from; those given here
            override it.
        quiet: no progress; notes still go to standard error.
    """
    return run_report("plan", [rows], locals(), dryRun=True)


def changes(
    rows: Rows,
    *,
    only: Literal["relabelled", "removed", "added", "dropped", "undecided", "suspect"] | StrPath | None = None,
    limit: int | None = None,
    sample: int | None = None,
    seed: int | None = None,
    row: StrPath | None = None,
    dataset: StrPath | None = None,
    verdict: StrPath | None = None,
    stage: StrPath | None = None,
    text: StrPath | None = None,
    report: StrPath | None = None,
    full: bool | None = None,
    markdown: bool | None = None,
    recipe: StrPath | None = None,
    quiet: bool = False,
) -> Report:
    """Shows what a run changed: query, passage, from and to, and why. Makes no model calls.

    Args:
        rows: a path, a list of dicts, a pandas.DataFrame or a datasets.Dataset.
        only: what to show, some of relabelled, removed, added, dropped, undecided, suspect. Default:
            relabelled,removed,added,dropped.
        limit: show the first N. Default: 20.
        sample: show N drawn at random, always the same for a ``seed``.
        seed: seed of ``sample``. Default: 0.
        row: only of this row.
        dataset: only of this dataset.
        verdict: only with this verdict, such as better.
        stage: only by this stage, such as judge or duplicate.
        text: only where the query, the passage or the reason holds these words.
        report: folder of the output's manifest and lists (default: next to the output).
        full: show texts in full.
        markdown: print Markdown.
        recipe: a YAML or JSON file, a manifest, or the name of a recipe, to read options from; those given here
            override it.
        quiet: no progress; notes still go to standard error.
    """
    return run_report("changes", [rows], locals())


def studio(
    rows: Rows,
    *,
    no_open: bool | None = None,
    port: int | None = None,
    report: StrPath | None = None,
    recipe: StrPath | None = None,
    quiet: bool = False,
) -> Report:
    """Opens a page on this machine to read a run, try other policies and audit a sample. Makes no model calls.

    Args:
        rows: a path, a list of dicts, a pandas.DataFrame or a datasets.Dataset.
        no_open: only print the address, without opening a browser.
        port: port of the server (default: any that is free).
        report: folder of an output's manifest and lists (default: next to the output).
        recipe: a YAML or JSON file, a manifest, or the name of a recipe, to read options from; those given here
            override it.
        quiet: no progress; notes still go to standard error.
    """
    return run_report("studio", [rows], locals())


def audit(
    rows: Rows,
    *,
    n: int | None = None,
    strata: Literal["verdict", "dataset", "judge", "stage", "outcome", "to", "label"] | StrPath | None = None,
    assessors: StrPath | None = None,
    overlap: StrPath | None = None,
    scale: Literal["graded", "binary"] | None = None,
    positives: bool | None = None,
    seed: int | None = None,
    at_least: int | None = None,
    out: StrPath | None = None,
    ledger: StrPath | None = None,
    run: StrPath | None = None,
    evidence: StrPath | None = None,
    judgements: StrPath | None = None,
    recipe: StrPath | None = None,
    quiet: bool = False,
) -> Report:
    """Draws a sample for people to judge, and reports how far they and the judges agree. Makes no model calls.

    Args:
        rows: a path, a list of dicts, a pandas.DataFrame or a datasets.Dataset.
        n: sample: number of passages to judge. Default: 200.
        strata: sample: draw from each combination of these apart: verdict, dataset, judge, stage, outcome, to,
            label. Default: verdict.
        assessors: sample: who will judge, separated by commas (default: anyone who gives a name).
        overlap: sample: how many passages every assessor sees, a number or a share such as 25%; one of them
            judges each of the others (default: 100).
        scale: sample: graded: 0 not relevant, 1 related, 2 relevant, 3 perfect, relevant from 2; binary:
            relevant or not. Default: graded.
        positives: sample: draw from the positives of the rows as well.
        seed: sample: another seed draws other passages. Default: 1.
        at_least: sample: the fewest passages of a stratum. Default: 10.
        out: sample: file to write (default: ROWS without its ending, then .audit.jsonl).
        ledger: sample: database of model replies (default: that of the run); report: database in which the
            judgements are stored (default: that of the sample).
        run: sample: the run to draw from, where ROWS is an input of several.
        evidence: sample: read the evidence from a file written by ``write_evidence`` instead of a ledger.
        judgements: report: the judgements (default: SAMPLE without its ending, then .judgements.jsonl).
        recipe: a YAML or JSON file, a manifest, or the name of a recipe, to read options from; those given here
            override it.
        quiet: no progress; notes still go to standard error.
    """
    return run_report("audit", [rows], locals())


def batch(
    rows: Rows,
    *,
    ledger: StrPath | None = None,
    all: bool | None = None,
    poll: float | None = None,
    max_retries: int | None = None,
    recipe: StrPath | None = None,
    quiet: bool = False,
) -> Report:
    """Lists the batch jobs of runs, waits for them, cancels them, or imports results from files.

    Args:
        rows: a path, a list of dicts, a pandas.DataFrame or a datasets.Dataset.
        ledger: the ledger of the runs: a file, or postgres://HOST/DATABASE (default: .winnow/ledger.db).
        all: also the jobs that are done (cancel: every open job).
        poll: wait, cancel: longest pause between two looks at batch jobs. Default: 60.
        max_retries: wait, cancel: maximum retries of a failed call. Default: 8.
        recipe: a YAML or JSON file, a manifest, or the name of a recipe, to read options from; those given here
            override it.
        quiet: no progress; notes still go to standard error.
    """
    return run_report("batch", [rows], locals())

# Evaluates a run with pytrec_eval and prints the values of each query as JSON: qrels, run, level of relevance, judged only (0 or 1).
import json
import sys

import pytrec_eval

qrels_path, run_path, level, judged_only = sys.argv[1:]
qrels, run = {}, {}
with open(qrels_path) as lines:
    for line in lines:
        query, _, document, grade = line.split()
        qrels.setdefault(query, {})[document] = int(grade)
with open(run_path) as lines:
    for line in lines:
        query, _, document, _, score, _ = line.split()
        run.setdefault(query, {})[document] = float(score)
evaluator = pytrec_eval.RelevanceEvaluator(
    qrels, pytrec_eval.supported_measures, relevance_level=int(level), judged_docs_only_flag=judged_only == "1"
)
# JSON has no NaN, which pytrec_eval returns for a division by zero.
known = {
    query: {name: None if value != value else value for name, value in values.items()}
    for query, values in evaluator.evaluate(run).items()
}
print(json.dumps(known))

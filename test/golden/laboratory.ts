// Entries of the commands that need no method to be chosen: doctor, overlap, mine, eval, train, compare, prune, diagnose, judges.
import type { Entry } from './entry.ts'

const TRAINING = '--dimensions 16 --threads 1'
const TRAIN = `train examples/rows.jsonl --out model ${TRAINING} --epochs 2`
const CLEAN =
  'clean examples/rows.jsonl --out cleaned.jsonl --tasks examples/tasks.yaml ' +
  '--screen replay:examples/replies/screen.jsonl --judge replay:examples/replies/judge.jsonl'
const GROW =
  'grow examples/rows.jsonl --limit 8 --out grown.jsonl --tasks examples/tasks.yaml --hardness-model off ' +
  '--writer replay:examples/replies/writer.jsonl --verifier replay:examples/replies/verifier.jsonl'
const EVAL = '--eval examples/collection'

const LOOKING: Entry[] = [
  {
    name: 'doctor',
    lines: [
      'doctor examples/rows.jsonl',
      'doctor examples/rows.jsonl --json',
      'doctor examples/rows.jsonl --known examples/collection/qrels/test.tsv',
      'doctor examples/collection/corpus.jsonl',
    ],
  },
  {
    name: 'overlap',
    lines: [
      'overlap examples/rows.jsonl examples/collection',
      'overlap examples/rows.jsonl examples/collection --judged all --match folded --json',
      'overlap examples/rows.jsonl examples/collection --out left.jsonl',
      'overlap examples/rows.jsonl examples/collection --out queries.jsonl --remove queries --report report --threshold 0.6',
    ],
  },
  {
    name: 'diagnose',
    before: [GROW, `train grown.jsonl --out model ${TRAINING} --epochs 2 --quiet`],
    lines: [
      'diagnose grown.jsonl',
      'diagnose grown.jsonl --model model --html page.html',
      'diagnose grown.jsonl --model model --permutations 99 --seed 3 --json',
      'diagnose examples/rows.jsonl',
    ],
  },
]

const SEARCHING: Entry[] = [
  {
    name: 'mine',
    lines: [
      'mine examples/collection --split test --out mined.jsonl',
      'mine examples/collection --split test --out random.jsonl.gz --report report --format bge --sample random --seed 4 --negatives 3 --too-few fill --share off',
      'mine examples/collection --split test --out none.jsonl --dry-run --margin 2 --skip 1 --tokenizer words',
      'mine examples/collection --split test --out few.jsonl --json --max-score 9 --min-score 3 --too-few drop --limit 6',
    ],
  },
  {
    name: 'mine-rows',
    before: [TRAIN],
    lines: [
      'mine examples/rows.jsonl --corpus examples/collection --out rows.jsonl --negatives 4',
      'mine examples/rows.jsonl --corpus examples/collection --out added.jsonl --share off --add --negatives 2 --retriever bm25+model --known examples/collection/qrels/test.tsv',
      'mine examples/rows.jsonl --corpus examples/collection --out rescored.jsonl --rescore model --bar max --margin 0.1 --share off --json',
    ],
  },
  {
    name: 'eval',
    before: [TRAIN],
    lines: [
      'eval bm25 examples/collection --run-out bm25.run',
      'eval bm25 examples/collection --per-query',
      'eval bm25 examples/collection --json --per-query --measures "nDCG@10 AP(rel=1)@20 P@5 Success@3" --tokenizer trigram',
      'eval --run bm25.run --qrels examples/collection/qrels/test.tsv --measures official',
      'eval --run bm25.run examples/collection --depth 5 --json',
      'eval model examples/collection',
      'eval bm25+model examples/collection --rerank model --rerank-depth 7',
      'eval bm25 examples/nothing',
    ],
  },
  {
    name: 'cache',
    withCache: true,
    before: [GROW, TRAIN],
    lines: [
      'mine examples/collection --split test --out mined.jsonl --retriever bm25+model --quiet',
      'eval bm25 examples/collection',
      `compare examples/rows.jsonl mined.jsonl ${EVAL} --steps 2 ${TRAINING} --seeds 5 --no-controls --json`,
    ],
  },
]

const TRAINING_ENTRIES: Entry[] = [
  {
    name: 'train',
    before: ['mine examples/collection --split test --out mined.jsonl --quiet'],
    lines: [
      TRAIN,
      `train mined.jsonl --out dev --dev examples/collection:test --epochs 3 ${TRAINING} --batch 8 --schedule linear --mask-share 90% --json`,
      `train mined.jsonl --out refreshed --steps 6 --from model --batch 8 --threads 1 --refresh-negatives 3 --corpus examples/collection`,
      `train mined.jsonl --out model ${TRAINING} --epochs 0`,
    ],
  },
  {
    name: 'train-grown',
    before: [GROW],
    lines: [
      `train grown.jsonl --out match ${TRAINING} --epochs 4 --batch 4 --loss info-nce+match --diagnose`,
      `train grown.jsonl --out entropy ${TRAINING} --epochs 4 --batch 4 --loss info-nce+entropy --generated 2 --seed 9`,
    ],
  },
  {
    name: 'compare',
    before: [CLEAN],
    lines: [
      `compare examples/rows.jsonl cleaned.jsonl ${EVAL} --epochs 2 ${TRAINING} --batch 16 --html page.html`,
      `compare examples/rows.jsonl cleaned.jsonl ${EVAL} --epochs 2 ${TRAINING} --batch 16 --json`,
      `compare examples/rows.jsonl --policies rlhn-text,safe --ledger .winnow/ledger.db ${EVAL} --epochs 1 ${TRAINING} --no-controls --measure RR@10`,
      `compare examples/rows.jsonl ${EVAL} --seeds 2`,
    ],
  },
  {
    name: 'prune',
    lines: [
      `prune examples/rows.jsonl ${EVAL} --by field --epochs 2 ${TRAINING} --seeds 5 --batch 16 --out kept.jsonl --html page.html`,
      `prune examples/rows.jsonl ${EVAL} --by field --epochs 2 ${TRAINING} --seeds 5 --batch 16 --no-controls --least-harm 0.1 --sample 6 --json`,
      `prune examples/rows.jsonl ${EVAL}  --by file`,
    ],
  },
]

const GOLD = 'judges examples/rows.jsonl --gold examples/gold.jsonl --tasks examples/tasks.yaml --ledger ledger.db'

const JUDGING: Entry[] = [
  {
    name: 'judges',
    lines: [
      `${GOLD} --stage screen --judge replay:examples/replies/screen.jsonl --judge replay:examples/replies/judge.jsonl --html page.html`,
      `${GOLD} --judge replay:examples/replies/judge.jsonl --n 60 --seed 3 --relevance-level 2 --relabel-from 80% --json`,
      `${GOLD} --judge labels:examples/gold.jsonl --positives`,
      `${GOLD} --judge replay:examples/replies/judge.jsonl --positives`,
    ],
  },
]

export const LABORATORY: Entry[] = [...JUDGING, ...LOOKING, ...SEARCHING, ...TRAINING_ENTRIES]

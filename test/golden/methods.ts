// Entries of the methods and of what looks into their runs: clean, grow, apply, explain, ledger.
import type { Entry } from './entry.ts'

const REPLAY = '--screen replay:examples/replies/screen.jsonl --judge replay:examples/replies/judge.jsonl'
const CASCADE = `clean examples/rows.jsonl --out out/rows.jsonl --tasks examples/tasks.yaml ${REPLAY}`
const SMALL_AND_LARGE = '--screen small@SERVER --judge large@SERVER --no-check'
const ARHN = '--method arhn --judge open-32b@SERVER --task web-search --no-check'
const PERCPOS = '--method percpos --scorer reranker@SERVER/rerank --no-check'
const WRITERS = '--writer writer@SERVER --verifier verifier@SERVER --no-check'
const GROWN =
  'grow examples/rows.jsonl --limit 8 --out grown.jsonl --tasks examples/tasks.yaml ' +
  '--writer replay:examples/replies/writer.jsonl --verifier replay:examples/replies/verifier.jsonl'
const FEW = `{"query": "why do cats purr?", "pos": ["Cats purr by the muscles of the larynx."], "neg": ["Dogs bark.", "A cat's purr comes from its voice box."]}
{"query": "no passages"}
not JSON
{"query": "what is rust?", "pos": ["Rust is iron oxide."], "neg": ["Paint is not rust. #none", "Iron that oxidises turns to rust. #better"]}
`

const RLHN: Entry[] = [
  {
    name: 'clean-rlhn',
    lines: [`${CASCADE} --spot-check 50% --write-evidence jsonl`, `${CASCADE} --spot-check 50%`],
  },
  {
    name: 'clean-rlhn-one-model',
    lines: [
      'clean examples/rows.jsonl --out rows.jsonl.gz --report report --tasks examples/tasks.yaml ' +
        '--judge replay:examples/replies/judge.jsonl --preset rlhn-code --write-evidence parquet --json',
    ],
  },
  {
    name: 'clean-rlhn-server',
    world: 'rlhn',
    lines: [
      `clean rows.jsonl --out out.jsonl ${SMALL_AND_LARGE} --pilot 12 --no-stop --price 2/8 --concurrency 1`,
      `clean rows.jsonl --out out.jsonl ${SMALL_AND_LARGE} --pilot 0 --price 2/8 --retry-undecided --concurrency 1`,
    ],
  },
  {
    name: 'clean-rlhn-manifold',
    world: 'rlhn',
    lines: [
      `clean rows.jsonl --out out.jsonl ${SMALL_AND_LARGE} --max-passages 2 --beyond judge --spot-check 30% --shuffle 3 ` +
        '--worse keep --max-false-negatives 2 --undecided drop',
      'clean --recipe out.manifest.json rows.jsonl --out again.jsonl --limit 10',
    ],
  },
  {
    name: 'clean-rlhn-refill',
    world: 'rlhn',
    lines: [
      `clean rows.jsonl --out out.jsonl ${SMALL_AND_LARGE} --when-no-negatives-left refill --corpus examples/collection ` +
        '--max-false-negatives 20 --refill-negatives 3 --refill-share off',
    ],
  },
  {
    name: 'clean-bad-rows',
    world: 'rlhn',
    files: { 'few.jsonl': FEW, 'known.tsv': 'query-id\tcorpus-id\tscore\n' },
    lines: [
      `clean few.jsonl --out out.jsonl ${SMALL_AND_LARGE}`,
      `clean few.jsonl --out out.jsonl ${SMALL_AND_LARGE} --on-bad-row skip --known known.tsv`,
      `clean - --out - --report piped --format bge ${SMALL_AND_LARGE} --on-bad-row skip < few.jsonl`,
    ],
  },
  {
    name: 'clean-dry-run',
    world: 'rlhn',
    lines: [
      `${CASCADE} --dry-run`,
      `clean rows.jsonl --out out.jsonl ${ARHN} --dry-run`,
      `clean rows.jsonl --out out.jsonl ${PERCPOS} --dry-run --json`,
      `${GROWN} --dry-run`,
    ],
  },
  {
    name: 'help',
    lines: ['--help', 'clean --help', 'clean --help-all', 'apply --help-all'],
  },
  {
    name: 'clean-refuses',
    lines: [
      'clean examples/rows.jsonl --out examples/rows.jsonl',
      'clean examples/rows.jsonl --out out.jsonl --method nothing --beter keep',
      'clean none.jsonl --out out.jsonl --judge replay:examples/replies/judge.jsonl',
      'clean examples/rows.jsonl --out out.jsonl --judge replay:none.jsonl',
    ],
  },
]

const OTHERS: Entry[] = [
  {
    name: 'clean-arhn',
    world: 'arhn',
    lines: [
      `clean rows.jsonl --out out.jsonl ${ARHN} --write-evidence jsonl`,
      'apply rows.jsonl --out filtered.jsonl --ledger .winnow/ledger.db --action filter --anchor worst',
      'explain out.jsonl line:8',
      'explain out.jsonl line:8 --json',
    ],
  },
  {
    name: 'clean-arhn-manifold',
    world: 'arhn',
    lines: [
      `clean rows.jsonl --out out.jsonl ${ARHN} --passages-per-call 4 --permutations 3 --rank all --seed 5 --agreement 60% ` +
        '--write-evidence parquet',
      'apply rows.jsonl --out again.jsonl --evidence out.evidence.parquet --anchor first --json',
      `clean rows.jsonl --out votes.jsonl ${ARHN} --votes 3 --no-think --constrain json --limit 12 --json`,
    ],
  },
  {
    name: 'clean-percpos',
    world: 'percpos',
    lines: [
      `clean rows.jsonl --out out.jsonl ${PERCPOS} --passages-per-call 3 --write-evidence jsonl`,
      'apply rows.jsonl --out relabelled.jsonl --action relabel --share 90% --bar max',
      'apply rows.jsonl --out fitted.jsonl --evidence out.evidence.jsonl --target-share 10%',
      'apply rows.jsonl --out far.jsonl --share 5%',
      'explain out.jsonl line:2',
      'explain out.jsonl line:2 --json',
    ],
  },
  {
    name: 'clean-percpos-encoder',
    before: ['train examples/rows.jsonl --out model --dimensions 16 --epochs 2 --threads 1 --quiet'],
    lines: [
      'clean examples/rows.jsonl --out out.jsonl --tasks examples/tasks.yaml --method percpos --scorer model --force --no-check',
    ],
  },
  {
    name: 'grow',
    lines: [
      `${GROWN} --write-evidence jsonl`,
      'explain grown.jsonl bike-chain-worn',
      'explain grown.jsonl bike-chain-worn --json',
    ],
  },
  {
    name: 'grow-manifold',
    world: 'causalneg',
    lines: [
      `grow rows.jsonl --out out.jsonl ${WRITERS} --hardness-model off --verify requirements+judge --on-failure rewrite --per-row 5 ` +
        '--write-evidence parquet',
      'apply rows.jsonl --out lenient.jsonl --hardness-model off --verify requirements --max-lost 3 --absent-target accept --per-row 2',
      'apply rows.jsonl --out tevatron.jsonl --evidence out.evidence.parquet --hardness-model off --to tevatron --json',
      'explain out.jsonl line:5',
    ],
  },
  {
    name: 'grow-hardness',
    before: ['train examples/rows.jsonl --out model --dimensions 16 --epochs 2 --threads 1 --quiet'],
    lines: [
      `${GROWN} --min-hardness 40% --to bge --json`,
      'apply examples/rows.jsonl --limit 8 --out soft.jsonl --hardness-model model --min-hardness 60%',
    ],
  },
]

const LOOKING: Entry[] = [
  {
    name: 'apply',
    before: [`${CASCADE} --write-evidence parquet`],
    lines: [
      'apply examples/rows.jsonl --out text.jsonl --ledger out/.winnow/ledger.db --preset rlhn-text',
      'apply examples/rows.jsonl --out code.jsonl --evidence out/rows.evidence.parquet --preset rlhn-code --json --write-evidence jsonl',
      'apply examples/rows.jsonl --out own.jsonl --ledger out/.winnow/ledger.db --better drop-row --worse relabel --known-positives relabel --limit 30',
      'apply examples/rows.jsonl --out none.jsonl --ledger out/.winnow/ledger.db --run r0',
    ],
  },
  {
    name: 'apply-formats',
    before: [`${GROWN} --hardness-model off`],
    lines: ['bge', 'ms-swift', 'ms-swift-reranker', 'tevatron'].map(
      (format) =>
        `apply examples/rows.jsonl --limit 8 --out ${format}.jsonl --to ${format} --hardness-model off --quiet`,
    ),
  },
  {
    name: 'explain',
    before: [`${CASCADE} --spot-check 50% --write-evidence jsonl`],
    lines: [
      'explain out/rows.jsonl cook-pasta-salt',
      'explain out/rows.jsonl cook-pasta-salt --replies',
      'explain out/rows.jsonl cook-pasta-salt --json',
      'explain examples/rows.jsonl line:30 --ledger out/.winnow/ledger.db --preset rlhn-code',
      'explain examples/rows.jsonl cook-buttermilk-swap --evidence out/rows.evidence.jsonl',
      'explain examples/rows.jsonl nobody --ledger out/.winnow/ledger.db',
    ],
  },
  {
    name: 'ledger',
    before: [CASCADE, `${GROWN} --ledger out/.winnow/ledger.db --hardness-model off`],
    lines: [
      'ledger out/.winnow/ledger.db',
      'ledger out/.winnow/ledger.db --json',
      'ledger out/.winnow/ledger.db --verify',
      'ledger out/.winnow/ledger.db --compact',
      'ledger none.db',
    ],
  },
]

export const METHODS: Entry[] = [...RLHN, ...OTHERS, ...LOOKING]

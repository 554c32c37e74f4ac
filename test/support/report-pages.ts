// Every page for a file, from the examples: what the command printed, and what it wrote.
import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeJsonl } from './files.ts'
import { runWinnow } from './run-winnow.ts'

const EXAMPLES = join(import.meta.dirname, '../../examples')
const TRAINING = '--dimensions 16 --threads 1 --epochs 2 --batch 16 --eval examples/collection'
const TASKS = '--tasks examples/tasks.yaml'
const CLEAN = `clean examples/rows.jsonl --out cleaned.jsonl ${TASKS} --screen replay:examples/replies/screen.jsonl --judge replay:examples/replies/judge.jsonl`

/** Text that breaks out of a page that is careless with it. */
export const EVIL = `<script>alert("1")</script>'&\u202eevil\u001b[31m<img src=x onerror=alert(1)>"><b>`

/** The command lines that write a page, by its name, in an order in which each finds what it reads. */
const LINES: Record<string, string> = {
  clean: `${CLEAN} --html clean.html`,
  apply:
    'apply examples/rows.jsonl --out applied.jsonl --ledger .winnow/ledger.db --preset rlhn-text --html apply.html',
  grow: `grow examples/rows.jsonl --limit 8 --out grown.jsonl ${TASKS} --hardness-model off --writer replay:examples/replies/writer.jsonl --verifier replay:examples/replies/verifier.jsonl --html grow.html`,
  compare: `compare examples/rows.jsonl cleaned.jsonl applied.jsonl ${TRAINING} --html compare.html`,
  prune: `prune examples/rows.jsonl ${TRAINING} --by field --seeds 5 --out kept.jsonl --html prune.html`,
  diagnose: 'diagnose grown.jsonl --model model --html diagnose.html',
  judges: `judges examples/rows.jsonl --gold examples/gold.jsonl ${TASKS} --ledger judges.db --stage screen --judge replay:examples/replies/screen.jsonl --judge replay:examples/replies/judge.jsonl --html judges.html`,
  hostile:
    'clean hostile.jsonl --out harmless.jsonl --method percpos --scorer static:model --no-check --html hostile.html',
}

export interface ReportPage {
  name: string
  path: string
  page: string
  /** What the command printed for people. */
  printed: string
}

export async function reportPages(folder: string): Promise<ReportPage[]> {
  cpSync(EXAMPLES, join(folder, 'examples'), { recursive: true })
  writeJsonl(join(folder, 'hostile.jsonl'), hostileRows())
  const env = { WINNOW_CACHE: join(folder, 'cache'), COLUMNS: '100' }
  const run = async (line: string) => {
    const ran = await runWinnow(line.split(' '), { cwd: folder, env })
    if (ran.code === null || ran.code > 1) throw new Error(`${line}\n${ran.stderr}`)
    return ran
  }
  const pages: ReportPage[] = []
  for (const [name, line] of Object.entries(LINES)) {
    if (name === 'diagnose') await run('train grown.jsonl --out model --dimensions 16 --threads 1 --epochs 2 --quiet')
    const { stdout, stderr } = await run(line)
    const path = join(folder, `${name}.html`)
    // The summary of a run over rows goes to standard error, the page of the others to standard output.
    pages.push({ name, path, page: readFileSync(path, 'utf8'), printed: stdout === '' ? stderr : stdout })
  }
  return pages
}

/** Rows whose ids, datasets and texts attack a page. */
function hostileRows() {
  const passage = (docid: string, text: string) => ({ docid: `${docid}${EVIL}`, title: EVIL, text: `${text} ${EVIL}` })
  return Array.from({ length: 6 }, (_, at) => ({
    query_id: `q${at}${EVIL}`,
    query: `how tall is tower ${at} ${EVIL}`,
    dataset: `set ${at % 2} ${EVIL}`,
    positive_passages: [passage(`p${at}`, `The tower ${at} is ${at}0 metres tall.`)],
    negative_passages: [
      passage(`n${at}`, `The tower ${at} is ${at}0 metres tall.`),
      passage(`m${at}`, `Tower ${at} is how tall? It is tall. The tower ${at} is tall.`),
      { docid: `k${at}`, title: '', text: `Bread is baked ${at}.` },
    ],
  }))
}

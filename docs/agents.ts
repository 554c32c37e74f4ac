// Writes what coding agents read about Winnow, SKILL.md and llms.txt, with commands and options as they are declared.
import type { OptionSpec } from '../src/options/options.ts'
import { flagOf } from '../src/options/options.ts'

interface Declared {
  name: string
  arguments: string
  summary: string
  schema: Record<string, OptionSpec>
}

const WHAT =
  'Winnow finds false negatives in the training data of retrievers and rerankers (relevant passages that are labelled irrelevant), ' +
  'repairs them with language models, mines and writes hard negatives, and says with intervals whether the data got better.'

const START = `\`\`\`sh
winnow init train.jsonl                                            # looks at the rows and writes winnow.yaml; free
winnow doctor train.jsonl                                          # what is wrong with the rows; free
winnow clean train.jsonl --limit 200 --dry-run                     # the prompts and the cost; sends nothing
winnow clean train.jsonl --max-usd 5                               # cleans; repeat the command to resume after a stop
winnow compare train.jsonl train.cleaned.jsonl --eval COLLECTION   # did it help? trains small encoders on both; free
\`\`\``

const FILES = `| file | what it is |
| --- | --- |
| \`winnow.yaml\` | settings of every command, in the working folder; flags win over it |
| \`OUT.jsonl\` | the rows: one for each row of the input, in the same order, without the dropped ones |
| \`OUT.changes.jsonl\` | every change with its reason; read some of them before you trust the rows |
| \`OUT.dropped.jsonl\`, \`OUT.undecided.jsonl\`, \`OUT.suspects.jsonl\` | rows that were dropped, rows without a readable reply, positives to review |
| \`OUT.manifest.json\` | settings, counts and cost; \`--recipe OUT.manifest.json\` repeats the run |
| \`OUT.train.py\` | trains an encoder on the rows with a real trainer |
| \`.winnow/ledger.db\` | every reply that was paid for; a repeated run asks nothing again |`

const EXITS = `- 0: done
- 1: finished, with undecided rows; \`lint\`: errors; \`doctor --strict\`: something breaks training
- 2: could not run, or stopped before the end (a wrong option, a missing key, the cap on the cost, a judge that fails its check): standard error says why, and what to try next
- 3, 4: batch jobs are open and nothing was written (4: nothing has come of them since the last start); repeat the command later
- 130: interrupted; repeat the command to go on

Data go to standard output or \`--out\`, progress and notes to standard error. \`--json\` prints one JSON document instead of the report, \`--quiet\` hides progress.`

const NEVER = `- Never send anything before \`--dry-run\` has said what it may cost and the user has agreed to a cap.
- Never raise or leave out \`--max-usd\`, and never use \`--yes\` (it agrees to downloads of gigabytes) unless the user has agreed.
- Never use \`--no-check\`, \`--no-stop\` or \`--force\` to get past a stop: \`clean\` stops because the judge failed its check, or because its findings are implausible.
- Never write a key into a file, a command or \`winnow.yaml\`: \`OPENAI_API_KEY\`, \`OPENAI_BASE_URL\` and \`HF_TOKEN\` belong in the environment.
- Never delete or move \`.winnow/ledger.db\`: it holds every reply that was paid for.
- Never clean, mine or train on the test queries that you measure with (\`winnow overlap\` finds them in rows).
- Never edit an output by hand; change an option, or decide again for free with \`winnow apply\`.
- Never call a file better because a mean is higher: only if the 95% interval of \`winnow compare\` excludes 0. If it contains 0, say that no difference was found, and how small a difference could have been found.
- Never publish (\`winnow publish\`) unless the user asked for it.`

/** Options that bound what a run costs. */
const BUDGET = ['dryRun', 'maxUsd', 'limit', 'price', 'recall', 'pilot']

/** Returns both files. @throws Error if an option is not declared */
export function agentFiles(commands: readonly Declared[]): { name: string; content: string }[] {
  const listed = commands.map(
    ({ name, arguments: places, summary }) => `- \`winnow ${name}${places && ` ${places}`}\`: ${summary}`,
  )
  const budget = budgetLines(commands)
  return [
    { name: 'SKILL.md', content: skill(listed, budget) },
    { name: 'llms.txt', content: llms(listed, budget) },
  ]
}

function budgetLines(commands: readonly Declared[]): string[] {
  const clean = commands.find(({ name }) => name === 'clean')
  return BUDGET.map((option) => {
    const spec = clean?.schema[option]
    if (spec === undefined) throw new Error(`winnow clean has no option ${option}`)
    const value = spec.value === undefined ? '' : ` ${spec.value}`
    return `- \`${flagOf(option)}${value}\`: ${spec.help}`
  })
}

const GENERATED = 'Written by `npm run docs`: change docs/agents.ts, not this file.'

const skill = (listed: string[], budget: string[]) => `---
name: winnow
description: Checks, cleans, mines and compares training data for retrievers and rerankers with the winnow command line. Use it when rows of queries with positive and negative passages (JSON lines, Parquet, CSV; formats of sentence-transformers, BGE, Tevatron, ms-swift and others) hold false negatives, need hard negatives or another format, or when two training files are to be compared.
---

<!-- ${GENERATED} -->

# Winnow

${WHAT}

It needs Node 24 (\`npx winnow …\`), or \`uvx --from WHEEL winnow\` with no Node at all. \`winnow COMMAND --help\` shows the usual options, \`--help-all\` shows all of them; both with range and default.

## The first five commands

${START}

\`clean\` takes its models, output and policy from \`winnow.yaml\`; read that file with the user first. Without a key, \`--judge local\` runs a small model in the process.

## Stay within a budget

${budget.join('\n')}

Commands that call language models: \`clean\` (except with the method percpos), \`grow\` and \`judges\`. All others are free, except for encoders on a server that you name.

## Files

${FILES}

## Exit codes

${EXITS}

## Never

${NEVER}

## Commands

${listed.join('\n')}
`

const llms = (listed: string[], budget: string[]) => `# Winnow

> ${WHAT} A command line and a TypeScript library for Node 24; a Python package with the same functions.

Reference: \`winnow COMMAND --help-all\`. In the repository, docs/README.md lists the pages by what you want to do, and docs/commands/NAME.md describes each command.

## Start

${START}

## Commands

${listed.join('\n')}

## Stay within a budget

${budget.join('\n')}

## Exit codes

${EXITS}

## Never

${NEVER}
`

// Writes the functions of the Python package from the declarations of the commands: parameters, types and descriptions.
import type { OptionSpec, ValueKind } from '../src/options/options.ts'
import { camelCase } from '../src/base/strings.ts'
import { wrap } from '../src/base/text.ts'

interface Declared {
  name: string
  summary: string
  schema: Record<string, OptionSpec>
}

interface PythonFunction {
  command: string
  /** What it returns: rows in the shape of those given, or a report alone. */
  returns: 'rows' | 'report'
  /** The description of `rows`. */
  rows: string
  /** Whether it takes several inputs. */
  takesMany?: boolean
  /** A further argument, and its description. */
  second?: readonly [name: string, help: string]
  example: string[]
}

const ROWS = 'a path, a list of dicts, a pandas.DataFrame or a datasets.Dataset.'

const FUNCTIONS: PythonFunction[] = [
  {
    command: 'clean',
    returns: 'rows',
    rows: ROWS,
    example: [
      '>>> cleaned = clean(',
      '...     "examples/rows.jsonl",',
      '...     out="out/cleaned.jsonl",',
      '...     tasks="examples/tasks.yaml",',
      '...     screen="replay:examples/replies/screen.jsonl",',
      '...     judge="replay:examples/replies/judge.jsonl",',
      '... )',
      '>>> cleaned.outcomes["changed"]',
      '23',
    ],
  },
  {
    command: 'apply',
    returns: 'rows',
    rows: ROWS,
    example: [
      '>>> again = apply("examples/rows.jsonl", out="out/again.jsonl", preset="rlhn-code")',
      '>>> again.report["cost"]["now"]',
      '0',
    ],
  },
  {
    command: 'grow',
    returns: 'rows',
    rows: ROWS,
    example: [
      '>>> grown = grow(',
      '...     "examples/rows.jsonl",',
      '...     out="out/grown.jsonl",',
      '...     tasks="examples/tasks.yaml",',
      '...     writer="replay:examples/replies/writer.jsonl",',
      '...     verifier="replay:examples/replies/verifier.jsonl",',
      '...     hardness_model="off",',
      '... )',
      '>>> grown.outcomes["changed"] > 0',
      'True',
    ],
  },
  {
    command: 'mine',
    returns: 'rows',
    rows: 'the folder of a collection, or rows: a path, a list of dicts, a pandas.DataFrame or a datasets.Dataset.',
    example: [
      '>>> mined = mine("examples/collection", split="test", out="out/mined.jsonl", negatives=3)',
      '>>> mined.rows',
      "'out/mined.jsonl'",
    ],
  },
  {
    command: 'doctor',
    returns: 'report',
    rows: ROWS,
    example: ['>>> doctor("examples/rows.jsonl")["rows"]', '48'],
  },
  {
    command: 'lint',
    returns: 'report',
    rows: ROWS,
    example: ['>>> lint("examples/rows.jsonl", for_="tevatron")["targets"][0]["for"]', "'tevatron:contrastive'"],
  },
  {
    command: 'compare',
    returns: 'report',
    rows: 'the baseline first; each is a path, a list of dicts, a pandas.DataFrame or a datasets.Dataset. Without a path they are called rows1, rows2, ….',
    takesMany: true,
    example: [
      '>>> report = compare(',
      '...     "examples/rows.jsonl", "out/cleaned.jsonl", eval="examples/collection", steps=1, dimensions=16',
      '... )',
      '>>> report["measure"]',
      "'nDCG@10'",
    ],
  },
  {
    command: 'convert',
    returns: 'rows',
    rows: ROWS,
    example: [
      '>>> converted = convert("examples/rows.jsonl", to="bge", out="out/bge.jsonl")',
      '>>> converted.outcomes',
      "{'written': 48}",
    ],
  },
  {
    command: 'explain',
    returns: 'report',
    rows: 'the path of rows that a command has read or written.',
    second: ['row', 'the id of a row, or ``line:12``.'],
    example: ['>>> explain("out/cleaned.jsonl", "line:1")["line"]', '1'],
  },
  {
    command: 'publish',
    returns: 'report',
    rows: `the path of a folder that is ready, or rows: ${ROWS}`,
    second: ['hub', '``hf://datasets/OWNER/NAME``, and ``@BRANCH`` if it is not main.'],
    example: ['>>> plan = plan_publish("out/cleaned.jsonl", "hf://datasets/me/cleaned")', '>>> plan["rows"]', '47'],
  },
]

/** Commands that have no function: those for a terminal, and those that take no rows. Any other one without an entry above reports on rows. */
const FOR_THE_TERMINAL = ['completion', 'diagnose', 'eval', 'init', 'judges', 'ledger', 'overlap', 'prune', 'train']

const HEAD = `"""The commands of Winnow. Written by \`npm run docs\` from their declarations: change those, not this file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from ._rows import R, Rows, StrPath
from ._run import Report, Result, run_on_rows, run_report

`

/** Returns the module as declared. @throws Error if a command is missing */
export function pythonClient(commands: readonly Declared[]): string {
  const listed = FUNCTIONS.map(({ command }) => command)
  const others = commands
    .filter(({ name }) => !listed.includes(name) && !FOR_THE_TERMINAL.includes(name))
    .map(({ name }): PythonFunction => ({ command: name, returns: 'report', rows: ROWS, example: [] }))
  const functions = [...FUNCTIONS, ...others].flatMap((each) => {
    const declared = commands.find(({ name }) => name === each.command)
    if (declared === undefined) throw new Error(`there is no command ${each.command}`)
    const { dryRun, ...schema } = declared.schema
    const own = { name: each.command, text: functionOf({ ...declared, schema }, each) }
    if (dryRun === undefined) return [own]
    return [own, { name: `plan_${each.command}`, text: planOf({ ...declared, schema }, each, dryRun) }]
  })
  const names = functions.map(({ name }) => name).toSorted()
  const all = `__all__ = [\n${names.map((name) => `    "${name}",\n`).join('')}]\n`
  return [HEAD + all, ...functions.map(({ text }) => text)].join('\n\n')
}

function functionOf(
  { name, summary, schema }: Declared,
  { returns, rows, takesMany = false, second, example }: PythonFunction,
): string {
  const call =
    returns === 'rows'
      ? `run_on_rows("${name}", rows, locals())`
      : `run_report("${name}", ${takesMany ? 'rows' : inputsOf(second)}, locals())`
  const input = takesMany
    ? ['*rows: Rows,']
    : [`rows: ${returns === 'rows' ? 'R' : 'Rows'},`, ...secondOf(second), '*,']
  return [
    `def ${name}(`,
    ...input.map((line) => `    ${line}`),
    ...parametersOf(schema),
    `) -> ${returns === 'rows' ? 'Result[R]' : 'Report'}:`,
    ...docstring(summary, rows, schema, example, second),
    `    return ${call}`,
    '',
  ].join('\n')
}

type Second = PythonFunction['second']
const secondOf = (second: Second) => (second === undefined ? [] : [`${second[0]}: str,`])
const inputsOf = (second: Second) => (second === undefined ? '[rows]' : `[rows, ${second[0]}]`)

/** The same options, and an estimate instead of rows. */
function planOf({ name, schema }: Declared, { rows, second }: PythonFunction, dryRun: OptionSpec): string {
  const summary = `The dry run of \`\`${name}\`\`, with its options: ${dryRun.help}.`
  return [
    `def plan_${name}(`,
    '    rows: Rows,',
    ...secondOf(second).map((line) => `    ${line}`),
    '    *,',
    ...parametersOf(schema),
    ') -> Report:',
    ...docstring(summary, rows, {}, [], second),
    `    return run_report("${name}", ${inputsOf(second)}, locals(), dryRun=True)`,
    '',
  ].join('\n')
}

/** Names of options that are words of Python; they get an underscore. */
const KEYWORDS = ['class', 'for', 'from', 'global', 'import', 'in', 'is', 'lambda', 'with']

function parameterOf(name: string): string {
  const snakeCase = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  return KEYWORDS.includes(snakeCase) ? `${snakeCase}_` : snakeCase
}

function parametersOf(schema: Record<string, OptionSpec>): string[] {
  return [
    ...Object.entries(schema).map(([name, spec]) => `    ${parameterOf(name)}: ${typeOf(spec)} | None = None,`),
    '    recipe: StrPath | None = None,',
    '    quiet: bool = False,',
  ]
}

const TYPES: Record<Exclude<ValueKind, object>, string> = {
  boolean: 'bool',
  integer: 'int',
  number: 'float',
  share: 'float | str',
  text: 'StrPath',
  object: 'Mapping[str, Any]',
}

function typeOf({ kinds, isList }: OptionSpec): string {
  const literals = kinds.flatMap((kind) => (typeof kind === 'object' ? [JSON.stringify(kind.literal)] : []))
  const plain = kinds.flatMap((kind) => (typeof kind === 'object' ? [] : [TYPES[kind]]))
  const one = [...(literals.length > 0 ? [`Literal[${literals.join(', ')}]`] : []), ...plain].join(' | ')
  return isList ? `${one} | Sequence[${one}]` : one
}

const WIDTH = 116

function docstring(
  summary: string,
  rows: string,
  schema: Record<string, OptionSpec>,
  example: string[],
  second?: Second,
): string[] {
  const described = Object.entries(schema).map(([name, spec]): [string, string] => [
    parameterOf(name),
    descriptionOf(spec),
  ])
  const [first = '', ...rest] = wrap(pythonWords(summary), WIDTH)
  return [
    `    """${first}`,
    ...rest.map((line) => `    ${line}`),
    '',
    '    Args:',
    ...[['rows', rows] as const, ...(second ? [second] : []), ...described, ...SHELL].flatMap(([name, help]) =>
      argumentLines(name, help),
    ),
    ...(example.length > 0 ? ['', '    Example:', ...example.map((line) => `        ${line}`)] : []),
    '    """',
  ]
}

const SHELL = [
  [
    'recipe',
    'a YAML or JSON file, a manifest, or the name of a recipe, to read options from; those given here override it.',
  ],
  ['quiet', 'no progress; notes still go to standard error.'],
] as const

function argumentLines(name: string, help: string): string[] {
  const [first = '', ...rest] = wrap(`${name}: ${pythonWords(help)}`, WIDTH - 12)
  return [`        ${first}`, ...rest.map((line) => `            ${line}`)]
}

function descriptionOf({ help, default: value, isList }: OptionSpec): string {
  const isShown = value !== undefined && value !== false && !isList
  return isShown ? `${help}. Default: ${String(value)}.` : `${help}.`
}

/** Names options as Python does, and escapes what ends a docstring. */
const pythonWords = (text: string) =>
  text
    .replaceAll(/--([a-z][a-z-]*)/g, (_flag, name: string) => `\`\`${parameterOf(camelCase(name))}\`\``)
    .replaceAll('\\', '\\\\')
    .replaceAll('"""', '\\"\\"\\"')

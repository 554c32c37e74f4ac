// The functions of the Python package: their types promise what the options read.
import { expect, test } from 'vitest'
import { pythonClient } from '../docs/python-client.ts'
import { allCommands } from '../src/main.ts'
import { choice, decimal, flag, integerOrOff, share, text, texts, type ValueKind } from '../src/options/options.ts'

const commands = await allCommands()

/** Values of a kind; an option of that kind reads one of them at least. */
const SAMPLES: Record<Exclude<ValueKind, object | 'text'>, readonly unknown[]> = {
  boolean: [true],
  integer: [1, 8, 100],
  number: [0.5, 1],
  share: ['50%', '95%', '1%'],
  object: [{}],
}

test('an option reads the kinds of value that it declares', () => {
  const faults = commands.flatMap(({ name, schema }) =>
    Object.entries(schema).flatMap(([option, { kinds, read }]) => {
      // Which texts an option reads, only it knows.
      const unread = kinds.filter((kind) => {
        const samples = typeof kind === 'object' ? [kind.literal] : kind === 'text' ? [] : SAMPLES[kind]
        return samples.length > 0 && samples.every((sample) => !isRead(read, sample))
      })
      return kinds.length === 0 || unread.length > 0 ? [`${name} ${option}: ${JSON.stringify(unread)}`] : []
    }),
  )
  expect(faults).toEqual([])
})

function isRead(read: (raw: unknown) => unknown, sample: unknown): boolean {
  try {
    read(sample)
    return true
  } catch {
    return false
  }
}

test('options become parameters with types and descriptions', () => {
  const schema = {
    dryRun: flag({ help: 'send nothing' }),
    from: text('FILE', { help: 'goes with --max-usd' }),
    price: texts('IN/OUT', { help: 'a "price"' }),
    better: choice(['relabel', 'keep'], { help: 'what then', default: 'keep' }),
    maxUsd: decimal('USD', { help: 'a cap', default: undefined }),
    shuffle: integerOrOff('N', { help: 'a seed', default: undefined }),
    recall: share<number | undefined>('SHARE', { help: 'a promise', default: undefined }),
  }
  const functions = ['clean', 'apply', 'grow', 'mine', 'doctor', 'lint', 'compare', 'convert', 'explain', 'publish']
  const named = [...functions, 'check', 'train'].map((name) => ({
    name,
    summary: 'Does it.',
    schema: name === 'clean' ? schema : {},
  }))
  const client = pythonClient(named)
  const part = client.slice(client.indexOf('def clean('), client.indexOf('Example:'))
  expect(part).toBe(`def clean(
    rows: R,
    *,
    from_: StrPath | None = None,
    price: StrPath | Sequence[StrPath] | None = None,
    better: Literal["relabel", "keep"] | None = None,
    max_usd: float | None = None,
    shuffle: Literal["off"] | int | None = None,
    recall: float | str | None = None,
    recipe: StrPath | None = None,
    quiet: bool = False,
) -> Result[R]:
    """Does it.

    Args:
        rows: a path, a list of dicts, a pandas.DataFrame or a datasets.Dataset.
        from_: goes with \`\`max_usd\`\`.
        price: a "price".
        better: what then. Default: keep.
        max_usd: a cap.
        shuffle: a seed.
        recall: a promise.
        recipe: a YAML or JSON file, a manifest, or the name of a recipe, to read options from; those given here
            override it.
        quiet: no progress; notes still go to standard error.

    `)
  expect(client).toContain('def plan_clean(')
  expect(client).not.toContain('def plan_grow(')
  // A command that is new has one without further ado; those for the terminal have none.
  expect(client).toContain('def check(\n    rows: Rows,')
  expect(client).toContain('    "check",\n')
  expect(client).not.toContain('def train(')
  expect(() => pythonClient([])).toThrow('there is no command clean')
})

// winnow completion: its scripts in real shells. zsh and fish are skipped where they are not installed.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { allCommands } from '../src/main.ts'
import { flagOf } from '../src/options/options.ts'
import { CLEANING_METHODS } from '../src/methods/index.ts'
import { TRAINER_NAMES } from '../src/trainers/options.ts'
import { sharedDir } from './support/files.ts'
import { runWinnow } from './support/run-winnow.ts'

const folder = sharedDir()
const has = (shell: string) => spawnSync(shell, ['-c', 'true']).status === 0
const commands = await allCommands()
const METHODS = CLEANING_METHODS.map(({ name }) => name).toSorted()

/** Command lines, and what completes their last word. */
const LINES: [line: string, completions: string[]][] = [
  ['winnow cl', ['clean']],
  ['winnow d', ['diagnose', 'doctor']],
  ['winnow clean --meth', ['--method']],
  ['winnow clean --method ', METHODS],
  ['winnow clean --method=ar', ['arhn']],
  ['winnow clean rows.jsonl --trainer ', [...TRAINER_NAMES, 'off'].toSorted()],
  ['winnow clean --limit ', []],
  ['winnow clean tra', ['train rows.jsonl', 'train.jsonl']],
  ['winnow clean --out tra', ['train rows.jsonl', 'train.jsonl']],
  ['winnow train --recipe e5-b', ['e5-base']],
  ['winnow completion ', ['bash', 'fish', 'zsh']],
  ['winnow help d', ['diagnose', 'doctor']],
]

beforeAll(async () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { stdout, code } = await runWinnow(['completion', shell])
    expect(code).toBe(0)
    writeFileSync(join(folder, `script.${shell}`), stdout)
  }
  for (const name of ['train.jsonl', 'train rows.jsonl', 'other.jsonl']) writeFileSync(join(folder, name), '')
}, 60_000)

function ranIn(shell: string, args: string[]): string[] {
  const { stdout, stderr, status } = spawnSync(shell, args, { cwd: folder, encoding: 'utf8', timeout: 60_000 })
  expect([status, stderr]).toEqual([0, ''])
  return stdout.split('\n').filter((line) => line !== '')
}

describe('bash', () => {
  /** What completes the last word as bash does it, which cuts words at `=`. */
  function completing(line: string): string {
    const words = line.split(' ').flatMap((word) => word.split(/(=)/).filter((part, at) => part !== '' || at === 0))
    const quoted = words.map((word) => `'${word}'`).join(' ')
    return `COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; COMPREPLY=(); _winnow; printf '%s\\n' "\${COMPREPLY[@]}"`
  }
  const completed = (...lines: string[]) =>
    ranIn('bash', ['-c', ['source ./script.bash', ...lines.map(completing)].join('; echo =; ')])

  test.each(LINES)('%s', (line, expected) => expect(completed(line).slice(1).toSorted()).toEqual(expected))

  test('every option of every command', () => {
    const all = completed(...commands.map(({ name }) => `winnow ${name} --`))
    const starts = all.flatMap((each, at) => (each === '=' ? [at] : []))
    expect(starts).toHaveLength(commands.length)
    for (const [at, { name, schema }] of commands.entries()) {
      const flags = Object.keys(schema).map(flagOf)
      const ofCommand = all.slice(starts[at], starts[at + 1])
      expect(ofCommand, name).toEqual(expect.arrayContaining([...flags, '--json', '--help-all']))
    }
  })
})

describe.skipIf(!has('fish'))('fish', () => {
  // fish completes files with their folder's names, and words with a description.
  test.each(LINES)('%s', (line, expected) => {
    const words = ranIn('fish', ['-N', '-c', `source script.fish; complete -C '${line}'`]).map(
      (each) => each.split('\t')[0],
    )
    expect(words.map((word) => word?.replace(/^--method=/, '')).toSorted()).toEqual(expected)
  })
})

describe.skipIf(!has('zsh'))('zsh', () => {
  /** Types into a terminal of zsh's own and prints what it would add. */
  const TYPED = `
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'PROMPT= ; autoload -U compinit; compinit -u -D; source ./script.zsh; unsetopt autolist'
zpty -w shell 'compadd() { if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd "$@"; return $?; fi; local -a hits; builtin compadd -A hits "$@"; print -rl -- "" "HIT:"$^hits; builtin compadd "$@"; }'
zpty -w shell 'bindkey "^I" complete-word; finish() { print -r -- "the ""end" }; zle -N finish; bindkey "^T" finish; print "rea""dy"'
zpty -r shell text '*ready*'
for line in "$@"; do
  zpty -w -n shell "$line"$'\\t\\x14\\x15'
  zpty -r shell text '*the end*'
  print -r -- "LINE:$line"
  print -r -- "$text" | tr -d '\\r' | grep -o 'HIT:.*' | sort -u
done
zpty -d shell
`
  test('all lines', () => {
    writeFileSync(join(folder, 'typed.zsh'), TYPED)
    const lines = ranIn('zsh', ['-f', 'typed.zsh', ...LINES.map(([line]) => line)])
    const completions = lines
      .join('\n')
      .split('LINE:')
      .slice(1)
      .map((part) =>
        part.split('\n').flatMap((line) => (line.startsWith('HIT:') ? [line.slice(4).replaceAll('\\', '')] : [])),
      )
    expect(completions.map((each) => each.toSorted())).toEqual(LINES.map(([, expected]) => expected))
  })
})

test('another shell is refused', async () => {
  const { stderr, code } = await runWinnow(['completion', 'tcsh'])
  expect([code, stderr]).toEqual([
    2,
    'winnow: shell "tcsh": allowed: bash, zsh, fish\nSuch as: source <(winnow completion bash)\n',
  ])
})

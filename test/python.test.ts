// The Python package: its own tests, in a Python that has the wheel. Needs WINNOW_TEST_PYTHON to name one:
// npm run python:build && python3 -m venv venv && venv/bin/pip install python/dist/*.whl pytest datasets pandas tqdm mypy
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const folder = join(import.meta.dirname, '../python')
const python = process.env['WINNOW_TEST_PYTHON']
const FIND = 'import pytest, winnow; print(winnow.__path__[0])'
const installed = python === undefined ? undefined : spawnSync(python, ['-c', FIND], { encoding: 'utf8' })
const hasWheel = installed?.status === 0
if (!hasWheel) {
  const why = python === undefined ? 'set WINNOW_TEST_PYTHON to a Python that has the wheel' : `${python} has it not`
  process.stderr.write(`SKIPPED: tests of the Python package: ${why}\n`)
}

describe.skipIf(!hasWheel)('the Python package', () => {
  it('is the wheel of this clone', () => {
    const source = join(folder, 'src/winnow')
    for (const name of readdirSync(source).filter((each) => each.endsWith('.py'))) {
      const found = readFileSync(join(installed?.stdout.trim() as string, name), 'utf8')
      expect(found, `${name}: npm run python:build, and install the wheel`).toBe(
        readFileSync(join(source, name), 'utf8'),
      )
    }
  })

  it('passes its tests', { timeout: 240_000 }, () => {
    const args = ['-m', 'pytest', '-q', '-p', 'no:cacheprovider']
    const { status, stdout, stderr } = spawnSync(python as string, args, { cwd: folder, encoding: 'utf8' })
    process.stderr.write(`${stdout.trim().split('\n').at(-1)}\n`)
    expect(status, `${stdout}${stderr}`).toBe(0)
  })
})

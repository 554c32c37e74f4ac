// The text of a training script: what it needs, its settings, and the Python of its trainer between what all scripts share.
import type { FormatName } from '../rows/formats/names.ts'
import { EVALUATION } from './python/evaluation.ts'
import { CHOOSING, MAIN } from './python/main.ts'
import { readingOf } from './python/rows.ts'
import { sealed } from './seal.ts'
import type { Trainer } from './trainer.ts'

export interface ScriptPlace {
  /** Path of the rows, from the folder of the script. */
  rows: string
  format: FormatName
  /** The name of the script. */
  name: string
}

/** Returns the text of a script that trains on the rows of a file. */
export function scriptOf(trainer: Trainer, place: ScriptPlace): string {
  const { format } = place
  return sealed(
    headerOf(trainer),
    [
      docstringOf(trainer, place),
      IMPORTS,
      settingsOf(trainer, place),
      readingOf(format).trim(),
      EVALUATION.trim(),
      CHOOSING.trim(),
      trainer.code.trim(),
      MAIN.trim(),
    ].join('\n\n\n'),
  )
}

/** What `uv run` reads (PEP 723). */
function headerOf({ packages, python }: Trainer): string {
  return [
    '# /// script',
    `# requires-python = ">=${python}"`,
    `# dependencies = [${packages.map(literal).join(', ')}]`,
    '# ///',
  ].join('\n')
}

function docstringOf({ title, about, packages }: Trainer, { rows, name }: ScriptPlace): string {
  return `"""Trains an encoder on ${escaped(rows)} with ${title}, and says whether it helped.

    uv run ${escaped(name)}                installs what it needs into an environment of its own, and trains
    python ${escaped(name)} --dry-run      says what would be trained on; needs Python alone
    python ${escaped(name)} --help         every setting

Without uv: pip install ${packages.map((each) => `'${each}'`).join(' ')}

${about}

The base model is measured first and the trained one last, on the same queries. Change this script as you like:
Winnow does not write over a script that was changed.
"""`
}

const IMPORTS = `import argparse
import gzip
import hashlib
import json
import os
import random
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path`

function settingsOf({ model, settings }: Trainer, { rows, format, name }: ScriptPlace): string {
  const entries = Object.entries(settings)
  return [
    'HERE = Path(__file__).resolve().parent',
    `ROWS = HERE / ${literal(rows)}`,
    `OUT = HERE / ${literal(name.replace(/\.train\.py$/, '.model'))}`,
    `FORMAT = ${literal(format)}`,
    `MODEL = ${literal(model)}`,
    'SETTINGS = {',
    ...entries.map(
      ([key, [value, help]]) => `    "${key}": (${value === false ? 'False' : literal(value)}, ${literal(help)}),`,
    ),
    '}',
  ].join('\n')
}

/** A JSON string or number is one of Python, too. */
const literal = (value: string | number) => JSON.stringify(value)

/** A file's name within a docstring. */
const escaped = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('"', String.raw`\"`)

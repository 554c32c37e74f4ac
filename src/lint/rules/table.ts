// Rules of the loader that most trainers share: `datasets`, which reads a file as one table.
import type { Rule } from '../rule.ts'
import { fieldsOf, type Field, type FieldType, type First, type Survey } from '../survey.ts'

const LOADER = 'datasets 5.2.0 and 4.8.4, packaged_modules/json/json.py, Json._generate_tables'

/** The rule of lines that are no records: whatever reads the file reports it. */
export const UNREADABLE: Rule = {
  code: 'DT101',
  severity: 'error',
  title: 'A line is not a JSON object',
  effect: 'The loader stops at the line.',
  source: LOADER,
  advice: 'Repair or remove the line; --fix copies it as it is.',
  example: [],
}

/** Longer than the block of a test. */
const LONG = 'a text that is longer than a block of this example'

export const TABLE_RULES: readonly Rule[] = [
  UNREADABLE,
  {
    code: 'DT102',
    severity: 'warning',
    title: 'Some rows lack a column that others have',
    effect: 'The loader fills it with null; the effect depends on the trainer.',
    source: LOADER,
    advice: 'Give every row the same columns.',
    example: [
      { query: 'q', pos: ['p'], neg: ['n'] },
      { query: 'r', pos: ['p'], neg: ['n'], source: 'web' },
    ],
    table: ({ survey }) =>
      listed([...survey.columns.values()], ({ name, filled, empty }) =>
        filled > 0 && filled < survey.rows
          ? `${name} is missing or null in ${survey.rows - filled} of ${survey.rows} rows, first at line ${empty}`
          : undefined,
      ),
  },
  {
    code: 'DT103',
    severity: 'error',
    title: 'A type changes after the first 10 MB',
    effect: 'The loader stops: it infers the types of the columns from the first 10 MB of a file.',
    source: LOADER,
    advice: 'Write the values of the column as one type, or write Parquet: winnow convert --out rows.parquet.',
    example: [
      { query: LONG, pos: ['p'], neg: ['n'], id: 1 },
      { query: LONG, pos: ['p'], neg: ['n'], id: 2 },
      { query: LONG, pos: ['p'], neg: ['n'], id: 'b' },
    ],
    table: ({ survey }) => changes(survey, (type, before) => !areNumbers([type, ...before])),
  },
  {
    code: 'DT104',
    severity: 'error',
    title: 'The first decimal number comes after 10 MB of whole numbers',
    effect: 'The loader stops: from the first 10 MB of a file it infers a column of whole numbers.',
    source: 'datasets 5.2.0 and 4.8.4, table.py, cast_array_to_feature',
    advice: 'Write all numbers of the column with a decimal point.',
    example: [
      { sentence1: LONG, sentence2: 'b', score: 1 },
      { sentence1: LONG, sentence2: 'c', score: 0 },
      { sentence1: LONG, sentence2: 'd', score: 0.5 },
    ],
    table: ({ survey }) => changes(survey, (type, before) => type === 'decimal number' && areNumbers(before)),
  },
  {
    code: 'DT105',
    severity: 'error',
    title: 'A column begins after the first 10 MB',
    effect: 'The loader stops: it infers the columns, and the fields within them, from the first 10 MB of a file.',
    source: LOADER,
    advice: 'Give every row the column, or write Parquet: winnow convert --out rows.parquet.',
    example: [
      { query: LONG, pos: ['p'], neg: ['n'] },
      { query: LONG, pos: ['p'], neg: ['n'] },
      { query: LONG, pos: ['p'], neg: ['n'], source: 'web' },
    ],
    table: ({ survey }) =>
      listed([...fieldsOf(survey)], ([path, field]) => {
        const [start] = field.types.values()
        return start?.isLate === true ? `${path} begins at line ${start.line}` : undefined
      }),
  },
]

const areNumbers = (types: readonly FieldType[]) => types.length > 0 && types.every((type) => type.endsWith('number'))

/** Returns the fields whose type changes late, in a way that a condition holds for. */
const changes = (survey: Survey, isWanted: (type: FieldType, before: FieldType[]) => boolean) =>
  listed([...fieldsOf(survey)], ([path, field]) => {
    const before = [...early(field)]
    const late = [...field.types].find(([type, at]) => at.isLate && before.length > 0 && isWanted(type, before))
    return late === undefined
      ? undefined
      : `${path} is a ${before.join(' or a ')} up to line ${late[1].line}, where it is a ${late[0]}`
  })

const early = ({ types }: Field): FieldType[] =>
  [...types].filter((entry: [FieldType, First]) => !entry[1].isLate).map(([type]) => type)

function listed<T>(all: readonly T[], of: (each: T) => string | undefined): string | undefined {
  const found = all.flatMap((each) => of(each) ?? [])
  return found.length === 0 ? undefined : found.join('; ')
}

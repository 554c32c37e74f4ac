// Options are declared once: flags, help, validation, recipes, manifests and the pages in docs/ all come from these declarations.
import { messageOf, UsageError } from '../base/errors.ts'

/** What changes with another value: the vectors of a training, the figures measured on them, or nothing. */
export type Decides = 'vectors' | 'figures' | 'nothing'

/** A kind of value, for callers in other languages: a share may be a number or a text such as `1%`. */
export type ValueKind = 'boolean' | 'integer' | 'number' | 'share' | 'text' | 'object' | { literal: string }

/** One option. Its key in a schema is its name in camel case; the flag is the same name in kebab case. */
export interface OptionSpec<T = unknown> {
  /** One line: what it does. */
  help: string
  /** The name of the value in help, such as `N`; undefined for a flag. */
  value: string | undefined
  default: T
  /** The values that are allowed, where the name of the value does not say, such as `1 or more`. */
  allowed?: string | undefined
  /** What the paper says about it. */
  paper: string | undefined
  /** Shown only with `--help-all`. */
  isRare: boolean
  /** Whether it may be given several times. */
  isList: boolean
  /** Whether several values may follow one flag. */
  takesMany?: boolean
  /** Whether the flag may stand alone. */
  isValueOptional?: boolean
  /** In a merged schema, the names of the schemas that have it; undefined if all have. */
  owners?: readonly string[]
  /** In a merged schema, the declarations of its owners, where they differ. */
  byOwner?: Readonly<Record<string, OptionSpec>>
  /** The kinds of value that `read` accepts, for one value of a list. */
  kinds: readonly ValueKind[]
  /** Set for options whose values are part of the keys of kept work. */
  decides?: Decides
  /** Converts a value from the command line or a recipe. @throws Error saying what is allowed */
  read(raw: unknown): T
}

export type OptionSchema = Record<string, OptionSpec>
export type OptionValues<S extends OptionSchema> = { [K in keyof S]: S[K] extends OptionSpec<infer T> ? T : never }
/** Any schema with at least these options. */
export type SchemaLike<S extends OptionSchema> = { [K in keyof S]: OptionSpec<OptionValues<S>[K]> }
/** Options as a caller may give them: all optional, undefined for "not given". */
export type OptionInput<S extends OptionSchema> = { [K in keyof S]?: OptionValues<S>[K] | undefined }

interface Details<D> {
  help: string
  default?: D
  paper?: string
  rare?: boolean
}

function option<T>(
  value: string | undefined,
  kinds: readonly ValueKind[],
  details: Details<T>,
  read: (raw: unknown) => T,
  isList = false,
): OptionSpec<T> {
  return {
    help: details.help,
    value,
    default: details.default as T,
    paper: details.paper,
    isRare: details.rare ?? false,
    isList,
    kinds,
    read,
  }
}

/** The name of a model's value in help. */
export const MODEL = 'MODEL'

/** The name of a ledger's value in help: a file, or the address of a database, which may hold a password. */
export const LEDGER = 'FILE|URL'

/** The name of an encoder's or reranker's value in help. */
export const SCORER = 'SCORER'

export const flag = (details: Details<boolean>): OptionSpec<boolean> =>
  option(undefined, ['boolean'], { ...details, default: details.default ?? false }, (raw) => {
    if (typeof raw === 'boolean') return raw
    throw new Error('allowed: true, false')
  })

export const text = (value: string, details: Details<string | undefined>): OptionSpec<string | undefined> =>
  option(value, ['text'], details, readText)

export const texts = (value: string, details: Details<string[]>): OptionSpec<string[]> =>
  option(
    value,
    ['text'],
    { ...details, default: details.default ?? [] },
    (raw) => (Array.isArray(raw) ? raw : [raw]).map(readText),
    true,
  )

/** Like `texts`, with several values after one flag: `--eval data/scifact data/cranfield`. */
export const manyTexts = (value: string, details: Details<string[]>): OptionSpec<string[]> => ({
  ...texts(value, details),
  takesMany: true,
})

export const choice = <C extends string, D extends C | undefined>(
  choices: readonly C[],
  details: Details<D> & {
    /** The name of the value in help, where the choices are too many to list. */
    value?: string
  },
): OptionSpec<C | D> =>
  option<C | D>(details.value ?? choices.join('|'), choices.map(literal), details, (raw) => {
    const found = choices.find((each) => each === raw)
    if (found !== undefined) return found
    throw new Error(`allowed: ${choices.join(', ')}`)
  })

const literal = (name: string): ValueKind => ({ literal: name })

/** Several values of a list, separated by commas; each counts once, in the order of the list. */
export const choices = <C extends string>(
  all: readonly C[],
  details: Details<readonly C[]>,
): OptionSpec<readonly C[]> =>
  option<readonly C[]>('A,B,…', [...all.map(literal), 'text'], details, (raw) => {
    const given = (Array.isArray(raw) ? raw : String(raw).split(',')).map((each) => String(each).trim())
    if (given.length === 0) throw new Error(`allowed: some of ${all.join(', ')}`)
    const unknown = given.filter((each) => !all.some((known) => known === each))
    if (unknown.length === 0) return all.filter((each) => given.includes(each))
    throw new Error(`${unknown.map((each) => JSON.stringify(each)).join(', ')} is none of: ${all.join(', ')}`)
  })

interface Bounds {
  min?: number
  max?: number
}

const bounded = <T>(
  value: string,
  kinds: readonly ValueKind[],
  details: Details<T> & Bounds,
  read: (raw: unknown) => T,
): OptionSpec<T> => ({
  ...option(value, kinds, details, read),
  allowed: range(details).replace(/^ (from|of) /, '') || undefined,
})

export const integer = <D extends number | undefined>(
  value: string,
  details: Details<D> & Bounds,
): OptionSpec<number | D> =>
  bounded<number | D>(value, ['integer'], details, (raw) => {
    const number = toNumber(raw)
    if (!Number.isSafeInteger(number)) throw new Error(`allowed: a whole number${range(details)}`)
    return inBounds(number, details, 'a whole number')
  })

export const decimal = <D extends number | undefined>(
  value: string,
  details: Details<D> & Bounds,
): OptionSpec<number | D> =>
  bounded<number | D>(value, ['number'], details, (raw) => inBounds(toNumber(raw), details, 'a number'))

/** A larger share without % suggests that the % was forgotten. */
const MOST_BARE = 5

/** A share: `1%` or `0.01`; from 0 to 1 unless other bounds are given. */
export const share = <D extends number | undefined>(
  value: string,
  details: Details<D> & Bounds,
): OptionSpec<number | D> => {
  const { min = 0, max = 1 } = details
  return bounded<number | D>(value, ['share'], { ...details, min, max }, (raw) => {
    const percent = typeof raw === 'string' && /^(.*)%$/.exec(raw.trim())?.[1]
    const number = percent ? toNumber(percent) / 100 : toNumber(raw)
    const isBare = percent === false || percent === undefined
    const hint = isBare && Math.abs(number) > MOST_BARE ? `did you mean ${number}%? ` : ''
    if (hint === '' && number >= min && number <= max) return number
    throw new Error(`${hint}allowed: a share from ${min} to ${max}, or from ${100 * min}% to ${100 * max}%`)
  })
}

/** A share, or `off` for none. */
export const shareOrOff = (value: string, details: Details<number>): OptionSpec<number | 'off'> => {
  const { read, allowed } = share(value, details)
  const spec = option<number | 'off'>(`${value}|off`, ['share', literal('off')], details, (raw) => {
    if (raw === 'off') return raw
    try {
      return read(raw)
    } catch (error) {
      throw new Error(`${messageOf(error)}, or off`, { cause: error })
    }
  })
  return { ...spec, allowed }
}

/** A whole number, or `off` for none; undefined when it is not given. */
export const integerOrOff = (value: string, details: Details<undefined>): OptionSpec<number | 'off' | undefined> => {
  const { read } = integer(value, { help: details.help, default: undefined })
  return option<number | 'off' | undefined>(`${value}|off`, ['integer', literal('off')], details, (raw) =>
    raw === 'off' ? raw : read(raw),
  )
}

/** The same, undefined when it is not given. */
export const optionalShareOrOff = (
  value: string,
  details: Details<undefined>,
): OptionSpec<number | 'off' | undefined> => {
  const { read, allowed } = shareOrOff(value, { help: details.help })
  return { ...option<number | 'off' | undefined>(`${value}|off`, ['share', literal('off')], details, read), allowed }
}

function readText(raw: unknown): string {
  if (typeof raw === 'string' && raw !== '') return raw
  throw new Error('allowed: a non-empty string')
}

function toNumber(raw: unknown): number {
  if (typeof raw === 'number') return raw
  return typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : NaN
}

function range({ min, max }: Bounds): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`
  if (min !== undefined) return ` of ${min} or more`
  return max === undefined ? '' : ` of ${max} or less`
}

function inBounds(number: number, bounds: Bounds, what: string): number {
  const { min = -Infinity, max = Infinity } = bounds
  if (Number.isFinite(number) && number >= min && number <= max) return number
  throw new Error(`allowed: ${what}${range(bounds)}`)
}

/** `maxPassages` → `--max-passages`. */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

/** A value as messages show it. What is more than data, such as a client that a program brings, may hold a key. */
function shown(given: unknown): string {
  const isData = typeof given !== 'object' || Array.isArray(given) || Object.getPrototypeOf(given) === Object.prototype
  const isBare = isData && Object.values(Object(given)).every((value) => typeof value !== 'function')
  return isBare ? JSON.stringify(given) : 'an object'
}

/**
 * Reads raw values by their schema; missing ones get their default.
 * @param where the source of the values, for messages: `recipe run.yaml`, or '' for the command line
 * @throws UsageError with all errors at once
 */
export function readOptions<S extends OptionSchema>(
  schema: S,
  raw: Record<string, unknown>,
  where = '',
): OptionValues<S> {
  const faults: string[] = []
  const values: Record<string, unknown> = {}
  for (const [name, spec] of Object.entries(schema)) {
    const given = raw[name]
    try {
      values[name] = given === undefined || given === null ? spec.default : spec.read(given)
    } catch (error) {
      faults.push(`${flagOf(name)} ${shown(given)}: ${(error as Error).message}`)
    }
  }
  for (const name of Object.keys(raw)) {
    if (!(name in schema)) faults.push(`${JSON.stringify(name)} is not an option of this command`)
  }
  if (faults.length > 0) throw new UsageError(`${where ? `${where}: ` : ''}${faults.join('; ')}`)
  return values as OptionValues<S>
}

// Declares the fields of a record in a file once; its TypeScript type, its checks and its documentation follow.
import { isObject } from './json.ts'

/** One field of a record. */
export interface Field<T = unknown> {
  /** What it means, for people: a cell of a table in docs/. */
  doc: string
  /** The allowed values, in words. */
  allowed: string
  type: 'text' | 'whole' | 'number' | 'flag' | 'texts' | 'list' | 'record'
  isOptional: boolean
  /** The fields of a nested record, or of each record in a list. */
  fields: Fields
  check(value: unknown): value is T
}

export type Fields = Readonly<Record<string, Field>>
type FieldValue<F> = F extends Field<infer T> ? T : never
type Flatten<T> = { [K in keyof T]: T[K] }

/** The type of a record with these fields. */
export type ValuesOf<F extends Fields> = Flatten<
  { [K in keyof F as F[K] extends { isOptional: true } ? never : K]: FieldValue<F[K]> } & {
    [K in keyof F as F[K] extends { isOptional: true } ? K : never]?: FieldValue<F[K]> | undefined
  }
>

function field<T>(
  type: Field['type'],
  allowed: string,
  doc: string,
  check: (value: unknown) => boolean,
  fields: Fields = {},
): Field<T> {
  return { doc, allowed, type, isOptional: false, fields, check: check as Field<T>['check'] }
}

const isText = (value: unknown) => typeof value === 'string'
const isFromOne = (value: unknown) => Number.isFinite(value) && Number(value) >= 1

export const text = (doc: string): Field<string> => field('text', 'a text', doc, isText)

export const filledText = (doc: string): Field<string> =>
  field('text', 'a non-empty string', doc, (value) => isText(value) && value !== '')

export const flag = (doc: string): Field<boolean> =>
  field('flag', 'true or false', doc, (value) => typeof value === 'boolean')

export const whole = (doc: string): Field<number> => field('whole', 'a whole number', doc, Number.isSafeInteger)

/** A whole number from 1. */
export const ordinal = (doc: string): Field<number> =>
  field('whole', 'a whole number of 1 or more', doc, (value) => Number.isSafeInteger(value) && isFromOne(value))

export const number = (doc: string): Field<number> => field('number', 'a number', doc, Number.isFinite)

/** A number from 1, such as a mean of positions. */
export const place = (doc: string): Field<number> => field('number', 'a number of 1 or more', doc, isFromOne)

/** One of some values, which are all texts or all whole numbers. */
export const oneOf = <const T extends string | number>(values: readonly T[], doc: string): Field<T> =>
  field(typeof values[0] === 'string' ? 'text' : 'whole', values.join(', '), doc, (value) =>
    values.includes(value as T),
  )

export const texts = (doc: string): Field<string[]> =>
  field('texts', 'a list of strings', doc, (value) => Array.isArray(value) && value.every(isText))

export const listOf = <T>(item: Field<T>, doc: string): Field<T[]> =>
  field(
    'list',
    item.type === 'record' ? 'a list of records' : `a list of ${item.allowed}`,
    doc,
    (value) => Array.isArray(value) && value.every((each) => item.check(each)),
    item.fields,
  )

export const record = <F extends Fields>(fields: F, doc: string): Field<ValuesOf<F>> => {
  const members = Object.entries(fields)
  const check = (value: unknown) => isObject(value) && members.every(([name, each]) => fits(each, value[name]))
  return field('record', 'a record', doc, check, fields)
}

/** Texts under names that are not known in advance. */
export const textByName = (doc: string): Field<Record<string, string>> =>
  field('record', 'a map of strings', doc, (value) => isObject(value) && Object.values(value).every(isText))

/** Makes a field optional. */
export const optional = <T>(required: Field<T>): Field<T> & { isOptional: true } => ({ ...required, isOptional: true })

/** Returns whether a value is allowed for a field; undefined stands for a missing one. */
export function fits({ isOptional, check }: Field, value: unknown): boolean {
  return value === undefined ? isOptional : check(value)
}

// Combines several samples of one question into one answer. A single sample is its own answer.
import { meanOf } from '../../statistics/mean.ts'
import type { Reading } from '../../llm/read.ts'
import type { Extraction } from './reply.ts'

/** The answer on which the samples agree, or why they do not agree. */
export type Vote<T> = { read: true; value: T; agree: number; of: number } | Extract<Reading<T>, { read: false }>

/** Decides by majority of the readable samples whether the passage answers; returns the words copied most often. */
export function majority(readings: Reading<Extraction>[]): Vote<Extraction> {
  const read = enoughOf(readings)
  if (!Array.isArray(read)) return read
  const answers = read.filter((value) => value !== null)
  const silent = read.length - answers.length
  if (answers.length === silent)
    return disagreeing(`${silent} of ${read.length} samples found an answer`, answers[0]?.text)
  if (silent > answers.length) return { read: true, value: null, agree: silent, of: read.length }
  const counts = new Map<string, number>()
  const placeOf = ({ in: where, start, end }: NonNullable<Extraction>) => `${where} ${start} ${end}`
  for (const answer of answers) counts.set(placeOf(answer), (counts.get(placeOf(answer)) ?? 0) + 1)
  const most = Math.max(...counts.values())
  const value = answers.find((answer) => counts.get(placeOf(answer)) === most) as NonNullable<Extraction>
  return { read: true, value, agree: answers.length, of: read.length }
}

/** Returns the mean rank of every candidate over the readable samples: `[candidate - 1] → rank`, 1 is the best. */
export function meanRanks(readings: Reading<number[]>[]): Vote<number[]> {
  const read = enoughOf(readings)
  if (!Array.isArray(read)) return read
  const ranks = (read[0] as number[]).map((_rank, index) => {
    const places = read.map((order) => order.indexOf(index + 1) + 1)
    return meanOf(places)
  })
  return { read: true, value: ranks, agree: read.length, of: read.length }
}

/** Returns the successful readings if they are more than half, else why the first of the others failed. */
export function enoughOf<T>(readings: Reading<T>[]): T[] | Extract<Reading<T>, { read: false }> {
  const read = readings.filter((reading) => reading.read)
  const unread = readings.find((reading) => !reading.read)
  if (unread !== undefined && read.length * 2 <= readings.length) return unread
  return read.map(({ value }) => value)
}

const disagreeing = (detail: string, raw: string | undefined) =>
  ({ read: false, why: 'contradictory', detail, raw }) as const

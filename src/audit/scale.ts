// The scales on which people judge passages.
import type { GradeChoice } from './api.ts'

export const SCALE_NAMES = ['graded', 'binary'] as const
export type ScaleName = (typeof SCALE_NAMES)[number]

/** A scale, and the lowest grade that counts as relevant. */
export interface Scale {
  name: ScaleName
  relevantFrom: number
  grades: readonly GradeChoice[]
}

/** The grades of the TREC Deep Learning track (Craswell et al. 2020), where passages count as relevant from 2. */
const GRADED: Scale = {
  name: 'graded',
  relevantFrom: 2,
  grades: [
    { grade: 0, key: '1', label: 'not relevant', meaning: 'It has nothing to do with what is asked.' },
    { grade: 1, key: '2', label: 'related', meaning: 'It is about the subject, but does not give what is asked for.' },
    {
      grade: 2,
      key: '3',
      label: 'relevant',
      meaning: 'It gives what is asked for, perhaps in part or among other things.',
    },
    { grade: 3, key: '4', label: 'perfect', meaning: 'It is all about what is asked, and gives it in full.' },
  ],
}

const BINARY: Scale = {
  name: 'binary',
  relevantFrom: 1,
  grades: [
    { grade: 0, key: '1', label: 'not relevant', meaning: 'It does not give what is asked for.' },
    {
      grade: 1,
      key: '2',
      label: 'relevant',
      meaning: 'It gives what is asked for, as far as the task says is needed.',
    },
  ],
}

export const SCALES: Readonly<Record<ScaleName, Scale>> = { graded: GRADED, binary: BINARY }

// How percpos scores passages: as its scorer did.
import type { Scale } from '../../method/scale.ts'

export const PERCPOS_SCALES: readonly Scale[] = [
  {
    name: 'scorer',
    range: "the scorer's own",
    meaning:
      'the score that the encoder or reranker gave, unchanged; comparable within a row, and across rows as far as its scores are',
    scorer: () => (_row, evidence) =>
      new Map(evidence.filter((item) => item.kind === 'score').map(({ passage, score }) => [passage, score])),
  },
]

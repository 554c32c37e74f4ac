// The world of CausalNeg: rows for which a model writes passages that state what a verifier will find.
import { grow } from '../../src/commands/grow/grow.ts'
import {
  allSound,
  grown,
  growingReply,
  growingRows,
  hopeless,
  ofManyRequirements,
  questionOf,
  sectionOf,
  stated,
} from './grown.ts'
import type { GarbledReply, World } from './worlds.ts'

const GROWING = ['analyse', 'write', 'verify']

export const CAUSALNEG: World = {
  method: 'causalneg',
  command: 'grow',
  run: grow,
  outcomes: ['kept', 'changed', 'undecided'],
  gives: 'words',
  settings: (url) => ({ writer: `writer@${url}`, verifier: `verifier@${url}`, hardnessModel: 'off', noCheck: true }),
  rowsFor: (calls) => Math.round(calls / 5),
  makeRows: growingRows,
  cleaned: (row) => grown(row),
  rightReply: growingReply,
  eventful: allSound,
  hopeless,
  long: (count) => ({
    rows: growingRows(count).map(ofManyRequirements),
    options: { perRow: 12 },
    cleaned: (row) => grown(row, undefined, 12),
  }),
  calls: [
    {
      name: 'analyse',
      stage: 'analyse',
      model: 'writer',
      isIt: (request) => questionOf(request) === 'analyse',
      skips: ['write', 'verify'],
      without: stated,
      undecides: true,
    },
    {
      name: 'write',
      stage: 'write',
      model: 'writer',
      isIt: (request) => questionOf(request) === 'write',
      skips: ['verify'],
      without: stated,
      undecides: true,
    },
    {
      name: 'verify',
      stage: 'verify',
      model: 'verifier',
      isIt: (request) => questionOf(request) === 'verify' && sectionOf(request, 'text').endsWith(' sound 1'),
      skips: [],
      without: (row) => grown(row, (number) => number === 1),
      undecides: false,
    },
  ],
  unreadable: [
    ['refusal in prose', 'malformed', GROWING, () => "I'm sorry, but I can't assist with that request."],
    ['a generic plan', 'incomplete', ['analyse'], () => '{"requirements": ["one", "two", "three", "four"]}'],
    ['cut off without saying so', 'incomplete', GROWING, (right: string) => right.slice(0, -12)],
    [
      'two that differ',
      'contradictory',
      ['analyse'],
      (right: string) => `${right}\n${right.replace('giving', 'taking')}`,
    ],
    ['three requirements', 'out-of-range', ['analyse'], (right: string) => right.replace(/,\{"number":4[^}]*\}/, '')],
    [
      'an unknown strategy',
      'out-of-range',
      ['analyse'],
      (right: string) => right.replace('entity_shift', 'make it bad'),
    ],
    ['a passage twice', 'contradictory', ['write'], (right: string) => right.replace('"number":2', '"number":1')],
    ['passage 9', 'out-of-range', ['write'], (right: string) => right.replace('"number":3', '"number":9')],
    ['no passages', 'malformed', ['write'], () => '{"result": "done"}'],
    ['a requirement left out', 'incomplete', ['verify'], (right: string) => right.replace(/,\{"number":4[^}]*\}/, '')],
    ['another word', 'malformed', ['verify'], (right: string) => right.replace('"holds"', '"perhaps"')],
    ['no word on answers', 'malformed', ['verify'], (right: string) => right.replace(/,"attempts_answer".*/, '}')],
  ].map(([name, why, calls, text]) => ({ name, why, calls, text }) as GarbledReply),
  maxTokens: 4096,
  manifold: { onFailure: 'rewrite', verify: 'requirements+judge', perRow: 5 },
  isTooLong: (request) => questionOf(request) === 'verify' && sectionOf(request, 'text').endsWith(' sound 2'),
}

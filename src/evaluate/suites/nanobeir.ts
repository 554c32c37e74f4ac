// NanoBEIR: 13 collections of BEIR with 50 queries each and few documents.
import { plainName, type Suite, type SuiteSet } from './suite.ts'

/** Names on the hub, and of mteb's tasks where they differ by more than an ending. */
const NAMES: readonly (readonly [string, string?])[] = [
  ['NanoArguAna'],
  ['NanoClimateFEVER', 'NanoClimateFeverRetrieval'],
  ['NanoDBPedia'],
  ['NanoFEVER'],
  ['NanoFiQA2018'],
  ['NanoHotpotQA'],
  ['NanoMSMARCO'],
  ['NanoNFCorpus'],
  ['NanoNQ'],
  ['NanoQuoraRetrieval', 'NanoQuoraRetrieval'],
  ['NanoSCIDOCS'],
  ['NanoSciFact'],
  ['NanoTouche2020'],
]

const SETS = NAMES.map(([name, task = `${name}Retrieval`]): SuiteSet => ({
  name,
  task,
  folders: [...new Set([name, task].map(plainName))],
  measure: 'nDCG@10',
  language: 'eng-Latn',
  // As in mteb and sentence-transformers, which differ here from BEIR's own ArguAna and Quora.
  ignoresIdenticalIds: false,
}))

export const NANOBEIR: Suite = {
  title: 'NanoBEIR',
  sets: SETS,
  together: 'nanobeiren',
  wholes: [],
  averages: [{ name: 'NanoBEIR', about: 'all 13', of: SETS.map(({ name }) => name) }],
}

// BEIR (Thakur et al. 2021): 18 collections, MS MARCO, and the averages over some of them that papers give.
import { plainName, type Suite, type SuiteSet } from './suite.ts'

interface Details extends Partial<Pick<SuiteSet, 'split' | 'ignoresIdenticalIds'>> {
  /** Other names of the folder. */
  also?: string[]
}

const set = (name: string, task: string, { also = [], ...details }: Details = {}): SuiteSet => ({
  name,
  task,
  folders: [...new Set([name, task, ...also].map(plainName))],
  measure: 'nDCG@10',
  language: 'eng-Latn',
  ...details,
})

// Which sets pass over a document with the id of its query is as in mteb 2.26.
const SETS = [
  set('msmarco', 'MSMARCO', { split: 'dev', ignoresIdenticalIds: true }),
  set('trec-covid', 'TRECCOVID'),
  set('nfcorpus', 'NFCorpus'),
  set('bioasq', 'BioASQ'),
  set('nq', 'NQ'),
  set('hotpotqa', 'HotpotQA'),
  set('fiqa', 'FiQA2018', { ignoresIdenticalIds: true }),
  set('signal1m', 'Signal1M', { also: ['signal1m-generated-queries', 'signal1m-rt'] }),
  set('trec-news', 'TRECNEWS'),
  set('robust04', 'Robust04'),
  set('arguana', 'ArguAna', { ignoresIdenticalIds: true }),
  set('webis-touche2020', 'Touche2020'),
  set('quora', 'QuoraRetrieval', { ignoresIdenticalIds: true }),
  set('dbpedia-entity', 'DBPedia'),
  set('scidocs', 'SCIDOCS'),
  set('fever', 'FEVER', { ignoresIdenticalIds: true }),
  set('climate-fever', 'ClimateFEVER'),
  set('scifact', 'SciFact'),
]

const FORUMS = [
  'android',
  'english',
  'gaming',
  'gis',
  'mathematica',
  'physics',
  'programmers',
  'stats',
  'tex',
  'unix',
  'webmasters',
  'wordpress',
]
const CQADUPSTACK = 'cqadupstack'
const forum = (name: string) =>
  set(`${CQADUPSTACK}/${name}`, `CQADupstack${name.charAt(0).toUpperCase()}${name.slice(1)}Retrieval`)

const names = SETS.map(({ name }) => name)
const all = [...names, CQADUPSTACK]
const without = (...left: string[]) => all.filter((name) => !left.includes(name))
/** Not public: made from collections under licence, or taken off the net. */
const LICENSED = ['bioasq', 'signal1m', 'trec-news', 'robust04']

export const BEIR: Suite = {
  title: 'BEIR',
  sets: [...SETS, ...FORUMS.map(forum)],
  wholes: [{ name: CQADUPSTACK, task: 'CQADupstackRetrieval', parts: FORUMS.map((name) => `${CQADUPSTACK}/${name}`) }],
  averages: [
    {
      name: 'BEIR-13',
      about: 'public, without MS MARCO and CQADupStack',
      of: without('msmarco', CQADUPSTACK, ...LICENSED),
    },
    { name: 'BEIR-14', about: 'public, without MS MARCO', of: without('msmarco', ...LICENSED) },
    { name: 'BEIR-15', about: 'public, as in MTEB', of: without(...LICENSED) },
    { name: 'BEIR-16', about: 'without MS MARCO, CQADupStack and Quora', of: without('msmarco', CQADUPSTACK, 'quora') },
    { name: 'BEIR-18', about: 'without MS MARCO', of: without('msmarco') },
  ],
}

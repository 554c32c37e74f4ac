// AIR-Bench 24.05: the sets whose judgements are public, those of the split `dev`.
import { plainName, type Suite, type SuiteAverage, type SuiteSet } from './suite.ts'

/** Languages by their codes in the names of sets, with mteb's. */
const LANGUAGES = {
  ar: 'ara-Arab',
  bn: 'ben-Beng',
  de: 'deu-Latn',
  en: 'eng-Latn',
  es: 'spa-Latn',
  fa: 'fas-Arab',
  fr: 'fra-Latn',
  hi: 'hin-Deva',
  id: 'ind-Latn',
  ja: 'jpn-Jpan',
  ko: 'kor-Hang',
  ru: 'rus-Cyrl',
  zh: 'cmn-Hans',
} as const
type Language = keyof typeof LANGUAGES
const EVERY = Object.keys(LANGUAGES) as Language[]

const QA: Record<string, readonly Language[]> = {
  arxiv: ['en'],
  finance: ['ar', 'en', 'fr', 'zh'],
  healthcare: ['de', 'en', 'es', 'fr', 'zh'],
  law: ['de', 'en', 'fr'],
  msmarco: ['en'],
  news: EVERY,
  science: ['ru'],
  web: EVERY,
  wiki: EVERY,
}

/** The one dataset of each domain that has the split `dev`; all are English. */
const LONG_DOCUMENTS: Record<string, string> = {
  arxiv: 'llama2',
  book: 'a-brief-history-of-time_stephen-hawking',
  healthcare: 'pubmed_100K-200K_3',
  law: 'lex_files_300K-400K',
}

interface AirSet extends SuiteSet {
  of: { task: string; domain: string; language: Language }
}

/** On the hub, files are in a folder for each version. */
const VERSION = 'AIR-Bench_24\\.05'

function airSet(task: string, domain: string, language: Language, dataset?: string): AirSet {
  const folder = `${task}_${domain}_${language}`
  return {
    name: dataset === undefined ? folder : `${folder}/${dataset}`,
    folders: [plainName(folder)],
    task: dataset === undefined ? folder : `${folder}_${dataset}`,
    split: 'dev',
    subset: dataset === undefined ? new RegExp(`^(${VERSION})?$`) : datasetPattern(dataset),
    measure: task === 'qa' ? 'nDCG@10' : 'R@10',
    language: LANGUAGES[language],
    ignoresIdenticalIds: true,
    of: { task, domain, language },
  }
}

/** Names of splits have `_` where names of folders have `-`. */
const datasetPattern = (dataset: string) => new RegExp(`^(${VERSION}/)?${dataset.replace(/[-_]/g, '[-_]')}$`)

const SETS = [
  ...Object.entries(QA).flatMap(([domain, languages]) => languages.map((language) => airSet('qa', domain, language))),
  ...Object.entries(LONG_DOCUMENTS).map(([domain, dataset]) => airSet('long-doc', domain, 'en', dataset)),
]

const average = (name: string, about: string, isPart: (of: AirSet['of']) => boolean): SuiteAverage => ({
  name,
  about,
  of: SETS.filter(({ of }) => isPart(of)).map((set) => set.name),
})

const RLHN_DOMAINS = ['arxiv', 'finance', 'healthcare', 'law', 'news']

export const AIR_BENCH: Suite = {
  title: 'AIR-Bench',
  sets: SETS,
  wholes: [],
  averages: [
    average('qa', 'nDCG@10', ({ task }) => task === 'qa'),
    average('long-doc', 'R@10', ({ task }) => task === 'long-doc'),
    average('AIR-Bench-5', `qa in English: ${RLHN_DOMAINS.join(', ')}, as RLHN takes them`, (of) => {
      return of.task === 'qa' && of.language === 'en' && RLHN_DOMAINS.includes(of.domain)
    }),
    ...Object.keys(QA).map((domain) =>
      average(`qa ${domain}`, 'domain', (of) => of.task === 'qa' && of.domain === domain),
    ),
    ...EVERY.map((language) =>
      average(`qa ${language}`, 'language', (of) => of.task === 'qa' && of.language === language),
    ),
  ],
}

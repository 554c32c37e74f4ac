// A suite: the collections of a benchmark, how their folders are called, and which averages its papers take.

export interface SuiteSet {
  /** As it is printed: `scifact`, `cqadupstack/android`, `qa_wiki_en`. */
  name: string
  /** What its folder may be called, in lower-case letters and digits alone. */
  folders: readonly string[]
  /** Its task in mteb, by which a model's prompts are chosen. */
  task: string
  /** The split that the benchmark measures; undefined for `test`, or the only one. */
  split?: string
  /** Which of several datasets or versions in its folder, by its name there. */
  subset?: RegExp
  /** What the averages are made of. */
  measure: 'nDCG@10' | 'R@10'
  /** As in mteb: `eng-Latn`. */
  language: string
  /** Whether a document with the id of its query is passed over. If undefined, the folder's name decides. */
  ignoresIdenticalIds?: boolean
}

export interface SuiteAverage {
  name: string
  /** Which sets they are, in a few words. */
  about: string
  /** Names of sets, or of wholes. */
  of: readonly string[]
}

export interface Suite {
  /** As it is printed: `BEIR`. */
  title: string
  sets: readonly SuiteSet[]
  /** What a folder of all of them may be called, in lower-case letters and digits alone; its splits are named after the sets. */
  together?: string
  /** Sets that count as one, by the mean of its parts. */
  wholes: readonly Whole[]
  averages: readonly SuiteAverage[]
}

interface Whole {
  name: string
  /** Its task in mteb. */
  task: string
  parts: readonly string[]
}

/** Returns a name of a folder in lower-case letters and digits alone; in the hub's cache, that of the dataset. */
export const plainName = (name: string) =>
  name
    .replace(/^datasets--.*?--/, '')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')

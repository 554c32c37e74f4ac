// The card of a published data set (README.md): YAML for the hub and for loaders, then what the rows are and how they came to be.
import { stringify } from 'yaml'
import { counted, dollars, plural } from '../../base/format.ts'
import type { JsonObject } from '../../base/json.ts'
import { VERSION } from '../../base/version.ts'
import { isOnHub, parseHubRows } from '../../hub/names.ts'
import type { ConfigInfo } from './features.ts'
import type { LineageStep } from './lineage.ts'

export interface CardFacts {
  /** `OWNER/NAME`. */
  repository: string
  /** The name and the summary of the format of the rows. */
  format: { name: string; summary: string }
  /** The rows, then the evidence if there is some. */
  configs: readonly ConfigInfo[]
  steps: readonly LineageStep[]
  /** The input of the first step, or the rows themselves. */
  source: string
  /** The fields of the source's card; none if it is not known. */
  sourceCard: JsonObject
  license: string | undefined
}

export const ROWS_CONFIG = 'default'
export const EVIDENCE_CONFIG = 'evidence'

export const cardOf = (facts: CardFacts): string =>
  [`---\n${stringify(yamlOf(facts), { lineWidth: 0 })}---`, ...sectionsOf(facts)].join('\n\n') + '\n'

function yamlOf({ configs, source, sourceCard, license, repository }: CardFacts): JsonObject {
  const [rows] = configs as [ConfigInfo]
  const { language } = sourceCard
  return {
    pretty_name: repository.split('/')[1],
    ...(license !== undefined && { license }),
    ...(language !== undefined && language !== null && { language }),
    task_categories: ['text-retrieval', 'text-ranking'],
    tags: ['winnow', 'hard-negatives', 'false-negatives', 'training-data'],
    size_categories: [sizeCategory(rows.rows)],
    ...(isOnHub(source) && { source_datasets: [parseHubRows(source).repository.name] }),
    configs: configs.map(({ name, pattern }) => ({
      config_name: name,
      ...(name === ROWS_CONFIG && { default: true }),
      data_files: [{ split: 'train', path: pattern }],
    })),
    dataset_info: configs.map(({ name, features, rows: examples, bytes, fileBytes }) => ({
      config_name: name,
      ...(features && { features }),
      splits: [{ name: 'train', num_bytes: bytes, num_examples: examples }],
      download_size: fileBytes,
      dataset_size: bytes,
    })),
  }
}

const SIZES = [1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12]
const SIZE_NAMES = ['1K', '10K', '100K', '1M', '10M', '100M', '1B', '10B', '100B', '1T']

/** Returns the hub's word for a number of rows: `n<1K`, `1K<n<10K`. */
function sizeCategory(rows: number): string {
  const at = SIZES.findIndex((size) => rows < size)
  if (at === 0) return 'n<1K'
  return at === -1 ? 'n>1T' : `${SIZE_NAMES[at - 1]}<n<${SIZE_NAMES[at]}`
}

function sectionsOf(facts: CardFacts): string[] {
  const { repository, format, configs, steps, source } = facts
  const [rows, evidence] = configs as [ConfigInfo, ConfigInfo | undefined]
  const made = steps.length === 0 ? [`The rows come from ${sourceText(source)}.`] : steps.map(stepText)
  return [
    `# ${repository.split('/')[1]}`,
    `${plural(rows.rows, 'training row')} for retrievers and rerankers, in ${format.name} format (${format.summary}).`,
    '```python\nfrom datasets import load_dataset\n\n' +
      `rows = load_dataset("${repository}", split="train")\n` +
      '```',
    '## Where the rows come from',
    ...made,
    ...(steps.length > 0 ? ['The same in full is in `lineage.json`.'] : []),
    ...(evidence === undefined
      ? []
      : [
          '## Evidence',
          `The configuration \`${evidence.name}\` holds what the models said about the passages: ${plural(evidence.rows, 'record')}, by the id of the row (\`row\`) and its line (\`line\`).`,
        ]),
    `Written by Winnow ${VERSION}. To check the rows: \`npx winnow doctor hf://datasets/${repository}\`.`,
  ]
}

const sourceText = (source: string) =>
  isOnHub(source) ? `[${parseHubRows(source).repository.name}](${source})` : `\`${source}\``

function stepText(step: LineageStep, at: number): string {
  const { command, method, models, prompts, counts, usd, pricesAsOf, started, input, winnow } = step
  const from = at === 0 ? ` from ${sourceText(input.name)}` : ''
  const hash = at === 0 && input.sha256 !== null ? ` (SHA-256 \`${input.sha256}\`)` : ''
  const facts = [
    ...Object.entries(models).map(([stage, model]) => `${stage}: \`${model}\``),
    prompts.length > 0 && `prompts: ${prompts.map(({ name, hash: wording }) => `\`${name}\` (${wording})`).join(', ')}`,
    countText(counts),
    usd !== null && `cost: ${dollars(usd)}${pricesAsOf === null ? '' : `, by prices as of ${pricesAsOf}`}`,
    Object.keys(step.options).length > 0 && `options: \`${JSON.stringify(step.options)}\``,
  ].filter((fact) => typeof fact === 'string')
  const how = method === null ? '' : ` with the method ${method}`
  const head = `${at + 1}. \`winnow ${command}\`${from}${hash}${how}, ${started.slice(0, 10)}, Winnow ${winnow}`
  return [head, ...facts.map((fact) => `   - ${fact}`)].join('\n')
}

/** Says the counts that a reader asks for first; all others are in `lineage.json`. */
function countText({ rows, passages }: JsonObject): string | undefined {
  if (typeof rows === 'number') return `rows: ${counted(rows)}`
  const read = numbersIn(rows)['read']
  const moved = Object.entries((passages ?? {}) as JsonObject).filter(
    ([name]) => name === 'relabelled' || name === 'removed',
  )
  const parts = moved.map(
    ([name, by]) => `${counted(Object.values(numbersIn(by)).reduce((sum, each) => sum + each, 0))} ${name}`,
  )
  if (read === undefined) return undefined
  return `rows read: ${counted(read)}${parts.length > 0 ? `; passages: ${parts.join(', ')}` : ''}`
}

const numbersIn = (value: unknown): Record<string, number> =>
  Object.fromEntries(
    Object.entries(value ?? {}).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  )

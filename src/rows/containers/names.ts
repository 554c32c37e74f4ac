// The names of the containers of rows, apart from what reads and writes them: options list them without loading any.

export const CONTAINER_NAMES = ['jsonl', 'json', 'csv', 'tsv', 'parquet', 'arrow'] as const
export type ContainerName = (typeof CONTAINER_NAMES)[number]

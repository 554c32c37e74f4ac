// Names of data sets on the hub: hf://datasets/OWNER/NAME[@REVISION][/PATH].
import { UsageError } from '../base/errors.ts'
import type { Repository } from './address.ts'

/** Files of a data set on the hub. */
export interface HubRows {
  repository: Repository
  /** A file, a folder or a pattern; '' for what the data set's card calls its rows. */
  path: string
}

const FORM = 'hf://datasets/OWNER/NAME[@REVISION][/PATH]'
/** A revision has no slash, except those that the hub makes itself. */
const NAME = /^hf:\/\/datasets\/([\w][\w.-]*\/[\w][\w.-]*)(?:@(refs\/(?:convert|pr)\/[^/@]+|[^/@]+))?(?:\/(.*))?$/

export const isOnHub = (name: string) => name.startsWith('hf://')

/** @throws UsageError if it is no name of a data set */
export function parseHubRows(name: string): HubRows {
  const match = NAME.exec(name)
  const [, repository = '', revision = 'main', path = ''] = match ?? []
  if (match === null || [...path.split('/'), ...revision.split('/')].includes('..') || /%2e|\\/i.test(revision)) {
    const kind = /^hf:\/\/(models|spaces)?/.exec(name)?.[1] === undefined ? '' : ' of a data set'
    throw new UsageError(`${name} is not a name${kind} on the hub: allowed: ${FORM}`, {
      hint: 'As in hf://datasets/rlhn/rlhn-680K or hf://datasets/rlhn/rlhn-680K@main/data/*.parquet.',
    })
  }
  return {
    repository: { kind: 'datasets', name: repository, revision: decodeURIComponent(revision) },
    path: path.replace(/\/+$/, ''),
  }
}

/** Returns the name of files of a data set. */
export function hubRowsName({ repository: { name, revision }, path }: HubRows): string {
  const at = revision === 'main' ? '' : `@${revision}`
  return `hf://datasets/${name}${at}${path === '' ? '' : `/${path}`}`
}

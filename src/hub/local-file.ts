// Files of this machine as the hub identifies them.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'

/** A file to publish. */
export interface LocalFile {
  /** Its path in the repository. */
  path: string
  /** Its path on this machine. */
  from: string
  /** In bytes. */
  size: number
}

export const localFile = async (path: string, from: string): Promise<LocalFile> => ({
  path,
  from,
  size: (await stat(from)).size,
})

/** Returns the hash by which the hub knows the contents of a large file, as hex. */
export const sha256Of = ({ from }: Pick<LocalFile, 'from'>) => hashed(from, createHash('sha256'))

/** Returns the id that git gives to the contents of a file, as hex. */
export const gitIdOf = ({ from, size }: Pick<LocalFile, 'from' | 'size'>) =>
  hashed(from, createHash('sha1').update(`blob ${size}\0`))

async function hashed(path: string, hash: ReturnType<typeof createHash>): Promise<string> {
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

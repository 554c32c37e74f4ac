// Where the studio's page lies: beside the compiled package, or built on demand in a clone.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { UsageError } from '../base/errors.ts'

/**
 * Returns the folder of the built page. In a clone it is built first if it is missing or older than its sources, which takes seconds.
 * @throws UsageError if a clone has no Vite to build it with
 */
export async function pageFolder(): Promise<string> {
  const builder = new URL('../../web/build.ts', import.meta.url)
  if (!existsSync(builder)) return fileURLToPath(new URL('../web', import.meta.url))
  const { builtPage } = (await import(builder.href)) as { builtPage: () => Promise<string> }
  try {
    return await builtPage()
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new UsageError('the page of the studio is not built, and Vite is not here to build it', {
      hint: 'install the development packages too: npm ci',
    })
  }
}

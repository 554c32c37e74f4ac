// Consent to downloads.
import { UsageError } from '../base/errors.ts'
import type { DownloadProgress, Hooks } from '../base/hooks.ts'

/** How a user consents to a download and follows its progress. */
export interface DownloadConsent {
  /** Download without asking. */
  yes?: boolean | undefined
  /** Asks the user; undefined if no one can answer. */
  confirm?: ((question: string) => Promise<boolean>) | undefined
  onProgress?: ((progress: DownloadProgress) => void) | undefined
  signal?: AbortSignal | undefined
}

/** Returns the consent given by the hooks of some work. @param values with the option `--yes`, if the work has it */
export function consentOf(
  { yes = false }: { yes?: boolean | undefined },
  { onQuestion, onDownload, signal }: Hooks,
): DownloadConsent {
  return { yes, confirm: onQuestion, onProgress: onDownload, signal }
}

/** @throws UsageError if the user does not consent to the download of a model, or no one can be asked */
export async function agreeToModel(
  name: string,
  bytes: number,
  folder: string,
  { yes, confirm }: DownloadConsent,
): Promise<void> {
  if (yes === true) return
  const what = `${name} (${sizeText(bytes)})`
  if (confirm === undefined) {
    throw new UsageError(`${what} is not on this machine yet`, {
      hint: 'Add --yes to download it.',
    })
  }
  if (await confirm(`Download ${what} into ${folder}?`)) return
  throw new UsageError(`${what} was not downloaded`, {
    hint: 'Give another model, or a local file: gguf:PATH.',
  })
}

/** Returns a size as people read it: `1.2 GB`, `3 MB`. */
export function sizeText(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.max(1, Math.round(bytes / 1e6))} MB`
}

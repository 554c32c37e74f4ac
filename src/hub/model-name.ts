// Names of models on the hub: hf:OWNER/REPO:QUANT.

/** `hf:OWNER/REPO:QUANT`. */
export interface HubModel {
  /** `OWNER/REPO`. */
  repository: string
  /** As in file names, in any letter case: `Q4_K_M`. */
  quantisation: string
}

export function parseHubModel(name: string): HubModel | undefined {
  const match = /^hf:([\w.-]+\/[\w.-]+):([\w.-]+)$/.exec(name)
  const [, repository = '', quantisation = ''] = match ?? []
  const isPath = repository.split('/').some((part) => /^\.+$/.test(part))
  return match && !isPath ? { repository, quantisation } : undefined
}

// The options of a training as they may be written down: in manifests, reports and pages.

/** Returns the options with the encoder of --base named without credentials. */
export async function publicOptions<G extends { base?: string | undefined }>(given: G): Promise<G> {
  if (given.base === undefined) return given
  const { publicModelSpec } = await import('../encoders/specs.ts')
  return { ...given, base: publicModelSpec(given.base) }
}

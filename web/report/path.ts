// What the contents of reports need of Node's paths, for browsers.

/** Returns the last part of a path. */
export const basename = (path: string) => path.replace(/[/\\]+$/, '').replace(/^.*[/\\]/s, '')

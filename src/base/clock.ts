// When something began and how long it took, as reports have it.

export const timesSince = (startedMs: number) => ({
  started: new Date(startedMs).toISOString(),
  seconds: (Date.now() - startedMs) / 1000,
})

// When something began and how long it took, in the form used by reports.

export const timesSince = (startedMs: number) => ({
  started: new Date(startedMs).toISOString(),
  seconds: (Date.now() - startedMs) / 1000,
})

// What a row is told that has to wait for the results of a batch job.

/** Thrown by an ask that collects: the request is in a job now, or will be, and the row is asked about again once there are results. */
export class Suspended extends Error {
  constructor() {
    super('it waits for a batch job')
  }
}

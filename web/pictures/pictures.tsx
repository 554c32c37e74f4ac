// Pictures of a run.
export function Pictures() {
  return null
}

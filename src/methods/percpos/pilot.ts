// What a pilot of percpos shows: what the survey finds in its rows, as it will in all.
import type { PilotFindings, PilotObserver } from '../brought.ts'
import type { DecidedRow } from '../decided.ts'
import { percposLines } from './lines.ts'
import type { PercposSurvey } from './survey.ts'

export class PercposPilot implements PilotObserver {
  readonly #survey: PercposSurvey

  constructor(survey: PercposSurvey) {
    this.#survey = survey
  }

  add({ entry: { row }, evidence }: DecidedRow): void {
    this.#survey.add(row, evidence)
  }

  conclude(): PilotFindings {
    const { figures, refusal } = this.#survey.conclude()
    return {
      notes: percposLines(figures),
      warnings: refusal ? [`${refusal.reason}. ${refusal.hint}`] : [],
      // Where the policy rests on a survey of all rows, nobody knows yet what will be changed.
      tellsChanges: !this.#survey.isNeeded,
    }
  }
}

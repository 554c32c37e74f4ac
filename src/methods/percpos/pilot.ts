// The findings of a percpos pilot: its rows are surveyed as the whole file will be.
import type { PilotFindings, PilotObserver } from '../../method/brought.ts'
import type { DecidedRow } from '../../policy/decided.ts'
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
      // If the policy depends on a survey of all rows, the changes are not known yet.
      tellsChanges: !this.#survey.isNeeded,
    }
  }
}

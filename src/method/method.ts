// Defines a method: how evidence about one row is gathered by asking models.
import type { Ask } from '../llm/chat.ts'
import type { Row } from '../rows/row.ts'
import type { Evidence } from '../evidence/evidence.ts'

/**
 * Asks about one row and reads the replies. Deterministic given the replies: it runs once to gather them, and
 * again on the ledger alone to decide.
 * @throws StopRun when the run must end. Any other failure of a call is evidence of kind `unread`.
 */
export type Method = (row: Row, ask: Ask) => Promise<Evidence[]>

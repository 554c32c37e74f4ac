// The contracts of ledgers, tested for every kind.
import { join } from 'node:path'
import { expect } from 'vitest'
import { openLedger } from '../../src/llm/ledger/open.ts'
import { tempDir } from '../support/files.ts'
import { describeWithPostgres, sharedPostgres } from '../support/postgres.ts'
import { describeBatches } from './batches.contract.ts'
import { describeClaiming } from './claims.contract.ts'
import { describeLedger } from './ledger.contract.ts'

/** Returns a function that makes one place a test. */
function placeOfTest<Place>(make: () => Place): () => Place {
  let [place, name]: [Place | undefined, string] = [undefined, '']
  return () => {
    const now = expect.getState().currentTestName ?? ''
    if (now !== name) [place, name] = [make(), now]
    return place as Place
  }
}

const fileOfTest = placeOfTest(() => join(tempDir(), 'ledger.db'))

describeLedger('a ledger in a file', () => openLedger(fileOfTest()))
describeClaiming('claims in a file', () => openLedger(fileOfTest()))
describeBatches('batch jobs in a file', () => openLedger(fileOfTest()))

describeWithPostgres('in PostgreSQL', () => {
  const server = sharedPostgres()
  const databaseOfTest = placeOfTest(() => server().database())
  const open = async () => openLedger(await databaseOfTest())

  describeLedger('a ledger', open)
  describeClaiming('claims', open)
  describeBatches('batch jobs', open)
})

// The contract of batch jobs in a ledger, tested for every kind of ledger.
import { expect } from 'vitest'
import { join } from 'node:path'
import { openLedger } from '../../src/llm/ledger/open.ts'
import { tempDir } from '../support/files.ts'
import { describeBatches } from './batches.contract.ts'

let [path, name] = ['', '']
const ofTest = () => {
  const now = expect.getState().currentTestName ?? ''
  if (now !== name) [path, name] = [join(tempDir(), 'ledger.db'), now]
  return path
}

describeBatches('a ledger in a file', () => openLedger(ofTest()))

// A process of its own: appends replies to the ledger it is told, from a number on, and prints the number of each once it is in it.
import { SqliteLedger } from '../../src/llm/ledger/sqlite/sqlite-ledger.ts'
import { numberedReply } from './numbered-replies.ts'

const [path = '', first] = process.argv.slice(2)
const ledger = new SqliteLedger(path)
for (let number = Number(first); ; number++) {
  await ledger.append(numberedReply(number))
  process.stdout.write(`${number}\n`)
}

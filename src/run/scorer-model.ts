// A scorer as a model that can be asked: what it is given is a request, and the list of its scores is the reply, so that scores are
// stored, found again and paid for as everything else is.
import type { ChatModel, Price } from '../llm/chat.ts'
import { priceOf, type GivenPrices } from '../llm/prices.ts'
import { scoresText } from '../methods/percpos/reply.ts'
import { openScorer } from '../retrieval/models.ts'
import type { Scorer } from '../retrieval/scorer.ts'

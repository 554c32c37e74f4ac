// The built-in tasks, and the datasets of the RLHN and BGE collections that they fit.
import type { Task } from './task.ts'

export const BUILT_IN_TASKS: readonly Task[] = [
  {
    name: 'question-answering',
    query: 'question',
    relevant:
      'It contains what is needed to answer the question correctly and completely, so that a reader needs no other text.',
    nearMiss:
      'It shares the topic, the names or the words of the question, but does not give the answer or gives only a part of it.',
    passages: 'Paragraphs of encyclopedias, articles or forum posts.',
    answers: true,
    multiHop: false,
    exempt: [],
  },
  {
    name: 'web-search',
    query: 'search query',
    relevant: 'It directly satisfies what a person who types this query wants to find out.',
    nearMiss:
      'It is about the same subject or repeats the words of the query, but serves another intent or leaves the need open.',
    passages: 'Excerpts of web pages of any kind and quality.',
    answers: true,
    multiHop: false,
    exempt: [],
  },
  {
    name: 'fact-check',
    query: 'claim',
    relevant: 'It holds evidence from which alone one can decide whether the claim is true or false.',
    nearMiss: 'It tells of the people, places or things in the claim without deciding the claim.',
    passages: 'Encyclopedia paragraphs or abstracts of research papers.',
    answers: false,
    multiHop: false,
    exempt: [],
  },
  {
    name: 'multi-hop',
    query: 'question',
    relevant:
      'It supplies at least one of the facts that must be joined to answer the question, as one of the ground-truth passages does.',
    nearMiss: 'It tells of an entity of the question, or of one like it, but no step towards the answer rests on it.',
    passages: 'Opening paragraphs of encyclopedia articles, each about one entity.',
    answers: true,
    multiHop: true,
    exempt: [],
  },
  {
    name: 'citation',
    query: 'paper title',
    relevant:
      'It is a paper that a work with this title would cite, or be cited together with: the same problem, method or data.',
    nearMiss: 'It is from the same broad field but treats another problem with other means.',
    passages: 'Titles and abstracts of research papers.',
    answers: false,
    multiHop: false,
    exempt: [],
  },
  {
    name: 'duplicate-question',
    query: 'question',
    relevant: 'It asks for the same thing: one answer would settle both questions in full.',
    nearMiss: 'It is a question on the same subject whose answer would be a different one.',
    passages: 'Questions as users of forums write them, sometimes with a short description.',
    answers: false,
    multiHop: false,
    exempt: [],
  },
  {
    name: 'argument',
    query: 'argument',
    relevant: 'It is the counter-argument that refutes this very argument, on the same point.',
    nearMiss: 'It is an argument on the same debate that supports the query, or attacks a different point.',
    passages: 'Arguments of debate portals, from a sentence to a few paragraphs.',
    answers: false,
    multiHop: false,
    // Here the most similar passage is the wrong answer, so "relevant" in the sense of the prompts does not apply (RLHN leaves ArguAna
    // out).
    exempt: ['rlhn', 'arhn', 'percpos', 'causalneg'],
  },
]

export const DEFAULT_TASK = 'question-answering'

/** Maps dataset names of the RLHN and BGE collections, in lower case without punctuation, to their tasks. */
export const KNOWN_DATASETS: Readonly<Record<string, string>> = {
  arguana: 'argument',
  eli5: 'question-answering',
  fever: 'fact-check',
  climatefever: 'fact-check',
  fiqa: 'question-answering',
  hotpotqa: 'multi-hop',
  msmarco: 'web-search',
  msmarcopassage: 'web-search',
  msmarcodocument: 'web-search',
  nq: 'question-answering',
  quora: 'duplicate-question',
  scidocs: 'citation',
  scidocsrr: 'citation',
  scifact: 'fact-check',
  squad: 'question-answering',
  stackoverflowdupquestions: 'duplicate-question',
  triviaqa: 'question-answering',
}

// The built-in tasks: what counts as relevant in the kinds of data that training collections are made of.
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
  {
    name: 'semantic-similarity',
    query: 'text',
    relevant: 'It means the same as the query in other words: whatever one of the two says, the other says as well.',
    nearMiss:
      'It shares the subject or the words of the query, but says something else, leaves part of it out, or contradicts it.',
    passages: 'Sentences or short texts of the same kind as the query.',
    answers: false,
    multiHop: false,
    // A text that means the same has no part that answers.
    exempt: ['arhn'],
  },
  {
    name: 'entailment',
    query: 'statement',
    relevant: 'It follows from the query: whoever takes the query to be true must take it to be true.',
    nearMiss: 'It is on the same scene or subject and may be true, but does not follow, or the query rules it out.',
    passages: 'Single statements, mostly one sentence.',
    answers: false,
    multiHop: false,
    exempt: ['arhn'],
  },
  {
    name: 'translation',
    query: 'text',
    relevant: 'It is a translation of the query: it says all of what the query says and nothing else.',
    nearMiss: 'It is on the same subject or shares names and numbers with the query, but says something else.',
    passages: 'Sentences or short texts in another language than the query.',
    answers: false,
    multiHop: false,
    exempt: ['arhn'],
  },
  {
    name: 'summary',
    query: 'text',
    relevant: 'One of the two sums up the other, as a headline, an abstract or a summary of this very text.',
    nearMiss: 'It is on the same subject or event, but sums up another text or was written about another one.',
    passages: 'Articles, or their headlines, abstracts and summaries.',
    answers: false,
    multiHop: false,
    exempt: ['arhn'],
  },
  {
    name: 'classification',
    query: 'text',
    relevant: 'It names or shares the class that the query belongs to.',
    nearMiss: 'It names or shares another class of the same scheme.',
    passages: 'Labels of classes, descriptions of them, or other members.',
    answers: false,
    multiHop: false,
    // The scheme decides what is a positive, and a row does not show it: a review of two stars is not more or less relevant to
    // "one star".
    exempt: ['rlhn', 'arhn', 'percpos', 'causalneg'],
  },
  {
    name: 'clustering',
    query: 'text',
    relevant: 'It belongs to the same group as the query.',
    nearMiss: 'It is like the query but belongs to another group.',
    passages: 'Texts of the same kind as the query.',
    answers: false,
    multiHop: false,
    // The groups are those of a catalogue, which a row does not show.
    exempt: ['rlhn', 'arhn', 'percpos', 'causalneg'],
  },
]

export const DEFAULT_TASK = 'question-answering'

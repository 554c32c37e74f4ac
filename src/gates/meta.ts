// Gate: a passage must read as if no one had asked for it. Mentioning itself, the query or its writer gives it away.

interface Pattern {
  /** Description of what gives the text away. */
  what: string
  pattern: RegExp
}

/** A word boundary that works for every alphabet. */
const START = String.raw`(?<![\p{L}\p{N}])`
const END = String.raw`(?![\p{L}\p{N}])`
const words = (...alternatives: string[]) => new RegExp(`${START}(?:${alternatives.join('|')})${END}`, 'iu')

const PATTERNS: readonly Pattern[] = [
  {
    what: 'it speaks as a language model',
    pattern: words(
      'as an? (?:ai|artificial intelligence|(?:large )?language model)',
      "(?:i am|i'm) (?:an? )?(?:ai|(?:large )?language model)",
      'i (?:cannot|can.t|am unable to) (?:write|provide|create|generate|help)',
      'als (?:eine? )?(?:ki|künstliche intelligenz|(?:großes )?sprachmodell)',
      'en tant qu.(?:une? )?(?:ia|intelligence artificielle)',
      'en tant que (?:modèle de langage|grand modèle)',
      'como (?:un |una |um |uma )?(?:ia|inteligencia artificial|inteligência artificial|modelo de (?:lenguaje|linguagem))',
      'come (?:un.|una )?(?:ia|intelligenza artificiale|modello linguistico)',
      'als (?:een )?(?:taalmodel|kunstmatige intelligentie)',
      'jako (?:model językowy|sztuczna inteligencja)',
      'как (?:языковая модель|искусственный интеллект|ии)',
    ),
  },
  {
    what: 'it speaks as a language model',
    pattern:
      /作为(?:一个|一名)?(?:AI|人工智能|(?:大型?)?语言模型)|(?:AI|人工知能|(?:大規模)?言語モデル)として|(?:AI|인공지능|언어 모델)(?:로서|으로서)/iu,
  },
  {
    what: 'it names what it is meant to be',
    pattern: words(
      '(?:hard|false|easy) negatives?',
      'negative (?:passage|example|sample|document)',
      'counterfactual (?:passage|example|perturbation)',
      'near[- ]miss(?:es)? (?:passage|example)',
      'requirement \\(?\\d+\\)?',
      `(?:entity_shift|intent_drift|constraint_violation|attribute_shift|relation_break|upstream_downstream)`,
    ),
  },
  {
    what: 'it speaks of the query, or of answering it',
    pattern: words(
      '(?:this|the|our) (?:passage|text|document|paragraph|article|section) (?:does not|doesn.t|will not|is not meant to|avoids?|deliberately|intentionally)(?: \\p{L}+){0,3} (?:answer|answering|address|addressing|mention|mentioning|discuss|discussing|relevant)',
      '(?:does not|doesn.t|without) (?:directly )?answer(?:ing)? (?:the|this|your) (?:question|query|claim)',
      '(?:the|this|your) (?:search query|user.s (?:question|query)|original (?:question|query)|query above)',
      '(?:dieser|der) (?:text|abschnitt|artikel) (?:beantwortet|erwähnt) (?:\\p{L}+ ){0,3}nicht',
      '(?:ce|le) (?:passage|texte|document) ne (?:répond|mentionne|traite) pas',
      '(?:este|el|o) (?:pasaje|texto|documento) (?:no|não) (?:responde|menciona|aborda)',
      '(?:questo|il) (?:passaggio|testo|documento) non (?:risponde|menziona|tratta)',
      '(?:deze|de) (?:passage|tekst) (?:beantwoordt|noemt) (?:\\p{L}+ ){0,3}niet',
      '(?:этот|данный) (?:текст|отрывок|фрагмент) не (?:отвечает|упоминает|содержит)',
    ),
  },
  {
    what: 'it speaks of the query, or of answering it',
    pattern:
      /(?:本|这|該|该)(?:段落|文|文章|文本|篇).{0,6}(?:没有|不|未)(?:直接)?(?:回答|提及|涉及)|(?:この|本)(?:文章|文|段落|テキスト).{0,8}(?:答えて|回答して|言及して)い?(?:ない|ません)/u,
  },
  {
    what: 'it has a label, a tag or a gap left to fill in',
    pattern:
      /^\s*(?:passage|text|reference|relevant|rewritten passage)\s*[([]?\s*\d*\s*[)\]]?\s*:|```|<\/?(?:think|text|passage|passages|query|relevant|references|analysis)>|\[(?:insert|your|placeholder)\b[^\]]*\]|"(?:text|passages|rewrites)"\s*:/iu,
  },
]

/** Finds the words that give a text away. Words that passages of the row also use are no fault. */
export function metaFinder(passages: string[]): (text: string) => string | undefined {
  return (text) => {
    for (const { what, pattern } of PATTERNS) {
      const found = pattern.exec(text)
      if (found && !passages.some((passage) => pattern.test(passage))) {
        return `${what}: ${JSON.stringify(found[0].trim())}`
      }
    }
    return undefined
  }
}

// Which task the name of a dataset stands for: the datasets of the RLHN, BGE and MTEB collections.

/** The names known before rows were asked for their type and prompt; runs of then are decided again by them. */
export const FIRST_NAMES: Readonly<Record<string, string>> = {
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

/**
 * Names as the collections write them. BGE: FlagEmbedding's examples, bge-m3-data, and the splits of bge-full-data ("trivial" is TriviaQA).
 * MTEB: the tasks whose names do not end in their type. Languages, versions and the like after a name are not repeated here.
 */
const NAMES: Readonly<Record<string, string>> = {
  'question-answering': `
    eli5 fiqa fiqa2018 nq natural_questions squad squad_v2 trivia_qa trivial gooaq pubmedqa coliee law_gpt bioasq
    nfcorpus trec-covid webis-touche2020 touche2020 miracl mr-tydi mrtidy mldr MultiLongDoc
    CMedQAv1 CMedQAv2 CmedqaRetrieval CovidRetrieval MedicalRetrieval MLQA MKQA XQuAD XPQA Mintaka RuBQ JQaRA Jaqket GermanQuAD GermanDPR
    FQuAD SQuADKorV1 NorQuad StackOverflowQA FinanceBench FinQA HC3Finance ChatDoctor CUREv1 TopiOCQA NarrativeQA LEMBNarrativeQA
    PublicHealthQA LegalQuAD EstQA GreekCivicsQA Ko-StrategyQA`,
  'web-search': `
    msmarco msmarco_passage msmarco_document msmarcov2 mmarco mmarco_zh VoyageMMarco t2ranking T2Retrieval T2Reranking dureader DuRetrieval
    TRECDL2019 TRECDL2020 dbpedia dbpedia-entity trec-news robust04 signal1m EcomRetrieval VideoRetrieval ESCI ERESS CosQA
    Core17Instruction News21Instruction Robust04Instruction mFollowIR`,
  'fact-check': 'fever climate-fever scifact DanFEVER',
  'multi-hop': 'hotpotqa LEMBWikimQA',
  citation: 'scidocs scidocsrr RuSciBenchCite RuSciBenchCocite',
  'duplicate-question': `
    quora quora_duplicates QuoraDuplicateQuestions stack_overflow_dup_questions AskUbuntuDupQuestions SprintDuplicateQuestions`,
  argument: 'arguana BIRCO-ArguAna',
  'semantic-similarity': `
    sts stsb STSBenchmark STSBenchmarkMultilingualSTS GermanSTSBenchmark RuSTSBenchmarkSTS STS12 STS13 STS14 STS15 STS16 STS17 STS22 STSES
    BIOSSES SICK-R SICK-BR-STS SICK-NL-STS SICKFr JSICK Farsick JSTS KLUE-STS KorSTS FaroeseSTS FinParaSTS IndicCrosslingualSTS Assin2STS
    RUParaPhraserSTS RonSTS SemRel24STS SynPerSTS UkrSedUASmallSTSv1 CDSC-R AFQMC ATEC BQ LCQMC PAWSX QBQTC Query2Query nli_zh
    SummEval SummEvalFr SummEvalSummarization SummEvalFrSummarization
    PawsXPairClassification ArmenianParaphrasePC CExaPPC FarsiParaphraseDetection OpusparcusPC ParsinluQueryParaphPC PpcPC
    PubChemAISentenceParaphrasePC TwitterSemEval2015 TwitterURLCorpus`,
  entailment: `
    nli all-nli snli mnli multi_nli XNLI XNLIV2 AfriXNLI KorNLI KLUE-NLI Cmnli Ocnli indonli CTKFactsNLI FarsTail ParsinluEntail ArEntail
    Assin2RTE RTE3 TERRa CDSC-E SICK-E SICK-BR-PC SICKNLPairClassification IndicXnliPairClassification`,
  translation: 'BUCC Tatoeba WebFAQBitextMiningQAs WebFAQBitextMiningQuestions',
  summary: `
    SAMSumFa SynPerChatbotSumSRetrieval SynPerChatbotRAGSumSRetrieval NLPJournalTitleAbs NLPJournalTitleIntro NLPJournalAbsIntro
    NLPJournalAbsArticle SNLRetrieval SwednRetrieval TV2Nordretrieval DutchNewsArticles OpenTender VABBRetrieval HunSum2Abstractive
    SlovakSum`,
  classification: `
    AJGT AllegroReviews BengaliSentimentAnalysis BulgarianStoreReviewSentimentClassfication CBD Ddisco DeepSentiPers FrenchBookReviews
    HebrewSentimentAnalysis IFlyTek InjongoIntent Itacola JDReview KLUE-TC KorFin Moroco MultilingualSentiment MyanmarNews NaijaSenti
    NusaX-senti OnlineShopping PAC PersianTextEmotion PolEmo2.0-IN PolEmo2.0-OUT RomanianReviewsSentiment SentiRuEval2016
    SentimentAnalysisHindi SentimentDKSF SynPerChatbotConvSAAnger SynPerChatbotConvSAFear SynPerChatbotConvSAFriendship
    SynPerChatbotConvSAHappiness SynPerChatbotConvSAJealousy SynPerChatbotConvSALove SynPerChatbotConvSASadness
    SynPerChatbotConvSASatisfaction SynPerChatbotConvSASurprise TNews TurkishConstitutionalCourtViolation Waimai EmotionAnalysisPlus
    FalseFriendsGermanEnglish LegalBenchPC PSC PubChemSMILESPC PubChemSynonymPC PubChemWikiParagraphsPC SynPerChatbotRAGFAQPC SynPerQAPC
    SynPerTextKeywordsPC TalemaaderPC XStance`,
  clustering: `
    twenty_news_groups arxiv_title arxiv_abstract biorxiv_title biorxiv_abstract medrxiv_title medrxiv_abstract ClusTREC-Covid
    HamshahriClustring SIDClustring`,
}

/** What the names of many datasets end in, in the order in which they are tried. */
const ENDINGS: readonly (readonly [RegExp, string])[] = [
  [/^cqadupstack/, 'duplicate-question'],
  [/classification(v\d)?$/, 'classification'],
  [/clustering(s2s|p2p)?$/, 'clustering'],
  [/bitextmining$/, 'translation'],
]

/** All of it, as plain data. */
export const nameRules = () => [NAMES, ENDINGS.map(([ending, task]) => [ending.source, task])]

const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '')

const KNOWN = new Map(
  Object.entries(NAMES).flatMap(([task, names]) =>
    names
      .trim()
      .split(/\s+/)
      .map((name) => [plain(name), task] as const),
  ),
)

/** Names in the form in which they are compared: `MS-MARCO` and `ms_marco` are one. */
export const plainName = plain

/** Returns the task that a dataset's name stands for, such as `mteb/Banking77Classification.v2` or `msmarco_len-0-500.jsonl`. */
export function taskOfName(name: string): string | undefined {
  const ofFile = name
    .replace(/^.*\//, '')
    .replace(/\.(jsonl?|parquet|csv|tsv)(\.gz|\.zst)?$/i, '')
    .replace(/_len-[\d-]+(inf)?$/, '')
  const bare = ofFile.replace(/[._-]v\d+$/i, '')
  const ofNoLanguage = plain(bare.replace(/-[a-z]{2}(HardNegatives)?$/i, ''))
  const stem = ofNoLanguage
    .replace(/^(multilingualnano|nano|beir|mteb|hume)/, '')
    .replace(/(retrieval(lite)?|reranking(lite)?|rerankingmultilingual|hardnegatives|train)+$/, '')
  for (const each of new Set([plain(name), plain(ofFile), plain(bare), ofNoLanguage, stem])) {
    const task = KNOWN.get(each) ?? ENDINGS.find(([ending]) => ending.test(each))?.[1]
    if (task !== undefined) return task
  }
  return undefined
}

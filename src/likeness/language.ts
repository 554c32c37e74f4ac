// Checks whether a text is in the language of other texts. Languages with the same script are told apart by their most common words
// (Grefenstette 1995), which make up a third of running text. Only a clear case is a fault: short texts, names and formulas show nothing.

/** The most common words of languages that share their script with others. */
const COMMON_WORDS: Record<string, string> = {
  English: 'the of and to in is that for it was on are with as be by this from or which have has not were an at but',
  German:
    'der die das und in den von zu mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass wird bei einer',
  French:
    'de la le les et des en du un une est que pour dans qui au par sur pas plus ne se ce il sont aux avec ou son cette',
  Spanish:
    'de la que el en y los del se las por un para con no una su al lo como más es son o este sus entre fue desde',
  Portuguese:
    'de a o que e do da em um para com não uma os no se na por mais as dos como mas foi ao das são pelo pela também',
  Italian:
    'di e il la che in un per è una del non le della i con si da dei sono nel alla al lo delle più gli come anche ha',
  Dutch:
    'de van het een en in is dat op te zijn met voor niet aan er die was ook als door bij naar werd uit maar om worden deze',
  Swedish:
    'och i att det som en på är av för med till den har de inte om ett han men var från vid kan sig så eller under',
  Danish:
    'og i at det er en til af på for med den der som har de ikke et om var fra kan men ved blev efter være sig eller',
  Norwegian:
    'og i det er på som en til å for med av at den har de ikke et om var fra kan men ble ved seg etter eller også',
  Finnish:
    'ja on ei oli se että hän joka myös kun mutta tai ovat sekä ole kuin jossa sen mukaan jonka vuonna voi ovat siitä niin',
  Polish:
    'w i na z do się nie że jest to od o jak po za przez przy oraz dla był są jako który która ale być został czy',
  Czech:
    'a v se na je že s z do i to o k ve pro za by jako od po nebo ale byl jsou také která který při byla bylo podle',
  Hungarian:
    'a az és hogy nem is egy volt ez de meg csak már mint vagy azt el ki ha még kell lehet után között által amely',
  Romanian:
    'de și în la a cu pe din care o un nu este al ca mai sau prin pentru au fost sunt ale dintre după că lui fi',
  Turkish:
    've bir bu da de için ile olarak olan çok daha gibi en ne kadar ise sonra ya var olduğu tarafından ancak göre her',
  Indonesian:
    'yang dan di dari ini untuk dengan pada dalam adalah itu tidak oleh sebagai juga akan ke karena atau ada dapat telah',
  Vietnamese: 'và của là các có được trong cho một những với người này không đã để từ khi đến như trên về tại vào ra',
  Russian: 'и в не на что с по как это он из к за от его для а у но был также при или то так которые она были до',
  Ukrainian: 'і в на що з та не до у як за це від його для є був або також про й при він які по але була були',
  Bulgarian: 'на и в за се от е да с не са по че като през ще си до при или това които има след беше бил той към',
  Arabic: 'في من على إلى أن التي عن هذا مع ما هذه الذي كان لا كما أو كانت بين بعد وقد ذلك هو هي قد',
  Persian: 'و در به از که این را با است برای آن یک خود تا شد بر بود شده هم نیز می اما دو یا',
  Hindi: 'के में की है और से का को पर इस एक हैं यह ने के लिए भी कि था थे तथा जो नहीं गया',
}

const LANGUAGES = Object.keys(COMMON_WORDS)

/** Maps a word to the languages, by index, in which it is common. */
const LANGUAGES_OF = new Map<string, number[]>()
for (const [place, list] of Object.values(COMMON_WORDS).entries()) {
  for (const word of new Set(list.split(' '))) {
    LANGUAGES_OF.set(word, [...(LANGUAGES_OF.get(word) ?? []), place])
  }
}

const WORD = /[\p{L}\p{M}]+/gu

/** The fewest words for which a share is meaningful. */
const FEWEST = 15
/** The least share of common words in running text. */
const LEAST = 0.15
/**
 * Related languages are told apart only by words that they do not share: their least share in the text, and how many times more they must
 * be than the other language's.
 */
const LEAST_OWN = 0.1
const CLEARLY = 2

/** How many words of a text are common in which languages. */
interface Count {
  words: number
  /** By index of the language. */
  common: number[]
  /** The languages of every word that is common in any. */
  places: (readonly number[])[]
}

/** Returns undefined for a text of too few words. */
function countIn(text: string): Count | undefined {
  const found = text.toLowerCase().match(WORD) ?? []
  if (found.length < FEWEST) return undefined
  const places = found.map((word) => LANGUAGES_OF.get(word)).filter((each) => each !== undefined)
  const common = LANGUAGES.map(() => 0)
  for (const place of places.flat()) common[place] = (common[place] ?? 0) + 1
  return { words: found.length, common, places }
}

/** Returns the language with the most common words; undefined if it is not clear. */
function bestIn({ words, common }: Count): number | undefined {
  const most = Math.max(...common)
  return most < LEAST * words ? undefined : common.indexOf(most)
}

/** Returns whether a text is clearly in language `best` and not in `other`. */
function isClearlyNot(other: number, best: number, { words, places }: Count): boolean {
  const own = places.filter((each) => each.includes(best) && !each.includes(other)).length
  const theirs = places.filter((each) => each.includes(other) && !each.includes(best)).length
  return own >= LEAST_OWN * words && own >= CLEARLY * theirs
}

/** Returns the languages that a text may be in, the likeliest first; none if it is not clear. */
function languagesOf(text: string): number[] {
  const count = countIn(text)
  const best = count && bestIn(count)
  if (best === undefined) return []
  const others = LANGUAGES.map((_name, place) => place).filter((place) => place !== best)
  return [best, ...others.filter((place) => !isClearlyNot(place, best, count as Count))]
}

/**
 * Returns a function that reports a text's language if it is clearly not that of the passages.
 * @param passages groups of texts; the first group with a recognisable language counts
 */
export function strangeLanguageFinder(...passages: string[][]): (text: string) => string | undefined {
  let known: number[] | undefined
  return (text) => {
    const count = countIn(text)
    const best = count && bestIn(count)
    if (count === undefined || best === undefined) return undefined
    const expected = (known ??= firstKnown(passages))
    const [first] = expected
    if (first === undefined || !expected.every((place) => isClearlyNot(place, best, count))) return undefined
    return `it is in ${LANGUAGES[best]}, and the passages in ${LANGUAGES[first]}`
  }
}

function firstKnown(groups: string[][]): number[] {
  for (const texts of groups) {
    const found = new Set(texts.flatMap(languagesOf))
    if (found.size > 0) return [...found]
  }
  return []
}

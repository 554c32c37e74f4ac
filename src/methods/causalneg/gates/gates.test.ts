// The gates: what is refused by what is to be seen of a text, and by which gate; and that genuine passages pass.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Passage, Row } from '../../../rows/row.ts'
import { gatesFor, GATES } from './gates.ts'
import { lengthsOf } from './length.ts'

const passage = (label: Passage['label'], text: string, origin: Passage['origin'] = 'given'): Passage => ({
  id: text,
  text,
  label,
  origin,
})
const rowOf = (query: string, positives: string[], negatives: string[]): Row => ({
  id: 'r',
  query,
  passages: [
    ...positives.map((text) => passage('positive', text)),
    ...negatives.map((text) => passage('negative', text)),
  ],
})

const POSITIVE =
  'Lyon had 445,452 inhabitants at the census of 1999, which made it the third city of France after Paris and Marseille. The figure is given by the statistical office for the commune alone.'
const NEGATIVES = [
  'The metropolitan area of Lyon is crossed by two rivers, the Rhône and the Saône, which meet to the south of the old town. Its bridges were rebuilt after the war in steel and concrete.',
  'Marseille is a port on the Mediterranean coast of France. It was founded by Greek settlers and is today the seat of a university, of several museums and of a large hospital.',
]
const ROW = rowOf('how many people lived in Lyon in 1999?', [POSITIVE], NEGATIVES)
const FINE =
  'Saint-Étienne lies in the upper valley of the Furan, and grew with its mines and its works for arms and ribbons. The census counted its workshops for the first time under the Second Empire.'

const gateOf = (text: string, row = ROW, before: string[] = []) => gatesFor(row)({ text }, before)?.gate

test('what is written as it should be passes', () => {
  expect(gateOf(FINE)).toBeUndefined()
  expect(gatesFor(ROW)({ text: FINE }, [NEGATIVES.join(' ')])).toBeUndefined()
})

describe('empty', () => {
  test.each(['', ' \n ', '…', '—\u200b'])('%j', (text) => expect(gateOf(text)).toBe('empty'))
})

describe('length, in characters, by the passages of the row', () => {
  test('half of what a tenth does not reach, twice what a tenth exceeds', () => {
    const row = rowOf(
      'q',
      ['a'.repeat(100)],
      Array.from({ length: 19 }, (_all, index) => 'b'.repeat(110 + 10 * index)),
    )
    expect(lengthsOf(row)).toEqual({ typical: 190, shortest: 55, longest: 540 })
    // The outermost count no more than others.
    expect(lengthsOf({ ...row, passages: [...row.passages, passage('negative', 'c'.repeat(9000))] }).longest).toBe(560)
  })

  test('what a model wrote does not count, nor does an empty passage', () => {
    const more = [passage('negative', 'x'.repeat(5000), 'generated'), passage('negative', ' ')]
    expect(lengthsOf({ ...ROW, passages: [...ROW.passages, ...more] })).toEqual(lengthsOf(ROW))
  })

  test('the bounds themselves pass, and what is beyond them does not', () => {
    const { shortest, longest } = lengthsOf(ROW)
    const words = 'seven words of no meaning at all '.repeat(40)
    expect(gateOf(words.slice(0, shortest - 1))).toBe('too-short')
    expect(gatesFor(ROW)({ text: 'x'.repeat(9) }, [])?.detail).toBe(
      `9 characters; by the passages of the row, ${shortest} to ${longest} pass`,
    )
    expect(gateOf(`${words.slice(0, shortest - 1)}x`)).toBeUndefined()
    expect(gateOf(`${words.slice(0, longest - 1)}x`)).toBeUndefined()
    expect(gateOf(`${words.slice(0, longest)}x`)).toBe('too-long')
  })

  test('characters outside the basic plane count once', () => {
    const row = rowOf('q', ['𝒜'.repeat(100)], [])
    expect(lengthsOf(row)).toEqual({ typical: 100, shortest: 50, longest: 200 })
    expect(gateOf('𝒞'.repeat(40), row)).toBe('too-short')
    expect(gateOf('𝒞'.repeat(60), row)).toBeUndefined()
  })
})

describe('copies', () => {
  test('of a positive and of a negative, exact, folded and near', () => {
    expect(gateOf(POSITIVE)).toBe('copies-positive')
    expect(gateOf(`  ${POSITIVE.toUpperCase()} `)).toBe('copies-positive')
    expect(gateOf(POSITIVE.replace('445,452', '445,453'))).toBe('copies-positive')
    expect(gateOf((NEGATIVES[1] as string).replace('several museums', 'some museums'))).toBe('copies-negative')
    expect(gatesFor(ROW)({ text: NEGATIVES[0] as string }, [])?.detail).toBe('it is the text of a negative')
    expect(gatesFor(ROW)({ text: POSITIVE.replace('1999', '1998') }, [])?.detail).toBe(
      'it is nearly the text of a positive',
    )
  })

  test('of what a model wrote before, in the row or in this run', () => {
    const row = { ...ROW, passages: [...ROW.passages, passage('negative', FINE, 'generated')] }
    expect(gateOf(FINE, row)).toBe('copies-negative')
    expect(gateOf(FINE, ROW, [FINE.replace('upper', 'lower')])).toBe('copies-candidate')
  })

  test('a rewriting in other words is none', () => {
    const rewritten =
      'Two rivers cross Lyon, and where the Saône runs into the Rhône, south of the oldest quarter, a museum stands today. After the war all bridges had to be built again.'
    expect(gateOf(rewritten)).toBeUndefined()
  })
})

describe('the query', () => {
  const asking = (query: string, text: string, negatives = NEGATIVES) =>
    gateOf(text, rowOf(query, [POSITIVE], negatives))

  test('a query of words that stands in the text as a whole, whatever its case and punctuation', () => {
    expect(asking('How many people lived in Lyon in 1999?', `How many people lived in Lyon — in 1999? ${FINE}`)).toBe(
      'copies-query',
    )
    expect(
      asking('how many people lived in Lyon', `${FINE} Nobody knows how many people lived in Lyons.`),
    ).toBeUndefined()
  })

  test('a name may stand in a text', () => {
    expect(asking('Second Empire', FINE)).toBeUndefined()
    expect(asking(FINE, FINE)).toBe('copies-query')
  })

  test('not where passages of the row do the same', () => {
    const query = 'the seat of a university'
    expect(asking(query, `${FINE} It is the seat of a university.`)).toBeUndefined()
    expect(asking(query, `${FINE} It is the seat of a university.`, [NEGATIVES[0] as string])).toBe('copies-query')
  })

  test('in a script without spaces', () => {
    const row = rowOf(
      '里昂一九九九年有多少居民',
      ['里昂在人口普查中有四十四万居民，是法国第三大城市，仅次于巴黎和马赛。'],
      [],
    )
    expect(gateOf('常有人问里昂一九九九年有多少居民这样的问题，而圣艾蒂安的矿山历史更为悠久。', row)).toBe(
      'copies-query',
    )
    expect(
      gateOf('圣艾蒂安位于富朗河上游，因矿山和丝带工坊而兴起，其工坊在第二帝国时期首次被统计。', row),
    ).toBeUndefined()
  })
})

describe('talk about itself', () => {
  test.each([
    `As an AI language model, I cannot say. ${FINE}`,
    `${FINE} This passage does not directly answer the question.`,
    `${FINE} The passage deliberately avoids mentioning the number.`,
    `A hard negative: ${FINE}`,
    `${FINE} (entity_shift)`,
    `${FINE} This meets Requirement (3).`,
    `Passage (2): ${FINE}`,
    `${FINE} </text>`,
    `\`\`\`\n${FINE}`,
    `${FINE} [insert name of the city]`,
    `${FINE} Dieser Text beantwortet die Frage nicht.`,
    `Als KI-Modell schreibe ich: ${FINE}`.replace('KI-Modell', 'Sprachmodell'),
    `${FINE} Ce passage ne répond pas.`,
    `${FINE} Este texto no responde.`,
    `${FINE} Этот текст не отвечает.`,
    `${FINE} 本文没有直接回答该问题。`,
    `${FINE} この文章は質問に答えていない。`,
  ])('%s', (text) => expect(gateOf(text)).toBe('meta'))

  test('in a title, too', () => {
    const gate = (title: string) => gatesFor(ROW)({ text: FINE, title }, [])?.gate
    expect(gate('Saint-Étienne')).toBeUndefined()
    expect(gate('Hard negative 1')).toBe('meta')
    expect(gate(ROW.query)).toBe('copies-query')
  })

  test('says which words give it away', () => {
    expect(gatesFor(ROW)({ text: `${FINE} As an AI, I stop here.` }, [])?.detail).toBe(
      'it speaks as a language model: "As an AI"',
    )
  })

  test('not where passages of the row speak so, as those on machine learning do', () => {
    const text = `${FINE} Hard negatives are drawn from the same valley.`
    expect(gateOf(text)).toBe('meta')
    expect(
      gateOf(
        text,
        rowOf(ROW.query, [POSITIVE], [...NEGATIVES, `Contrastive training needs hard negatives. ${NEGATIVES[0]}`]),
      ),
    ).toBeUndefined()
  })

  test.each([
    'The text of the treaty was long disputed, and no passage of it was read out in parliament before the vote of the chamber in the spring.',
    'Requirements for the licence were raised in 1999, and negative results of the tests had to be reported to the office within days.',
    'An AI company of the region builds language models for hospitals, and the question of cost was answered by the city of Lyon itself.',
  ])('words of the sort in another sense: %s', (text) => expect(gateOf(text)).toBeUndefined())
})

/** One passage and one on another subject, in each of many languages. */
const TEXTS: Record<string, [string, string]> = {
  English: [POSITIVE, FINE],
  German: [
    'Die Stadt Lyon hatte bei der Zählung von 1999 rund 445.000 Einwohner und war damit nach Paris und Marseille die drittgrößte Stadt des Landes. Die Zahl gilt nur für die Gemeinde selbst.',
    'Saint-Étienne liegt im oberen Tal des Furan und ist mit seinen Gruben und den Werken für Waffen und Bänder gewachsen. Das Museum zeigt auch eine Sammlung von Maschinen aus dieser Zeit.',
  ],
  French: [
    'La ville de Lyon comptait 445 452 habitants au recensement de 1999, ce qui en faisait la troisième ville de France après Paris et Marseille. Le chiffre est donné pour la commune seule.',
    'Saint-Étienne est située dans la haute vallée du Furan et a grandi avec ses mines et ses fabriques de rubans. Le musée conserve une collection de machines qui datent de cette époque.',
  ],
  Spanish: [
    'La ciudad de Lyon tenía 445.452 habitantes en el censo de 1999, lo que la convertía en la tercera de Francia después de París y Marsella. La cifra se refiere solo al municipio.',
    'Saint-Étienne está en el valle alto del Furan y creció con las minas y las fábricas de cintas. El museo de la ciudad guarda una colección de máquinas que son de esa época.',
  ],
  Dutch: [
    'De stad Lyon had bij de telling van 1999 ongeveer 445.000 inwoners en was daarmee na Parijs en Marseille de derde stad van het land. Het getal geldt alleen voor de gemeente zelf.',
    'Saint-Étienne ligt in het dal van de Furan en is gegroeid met de mijnen en de werkplaatsen voor wapens en linten. In het museum is ook een verzameling van machines te zien.',
  ],
  Polish: [
    'Miasto Lyon miało w spisie z 1999 roku 445 tysięcy mieszkańców i było po Paryżu i Marsylii trzecim miastem we Francji. Liczba ta jest podana tylko dla samej gminy, a nie dla okolic.',
    'Saint-Étienne leży w górnej dolinie rzeki Furan i rozwinęło się dzięki kopalniom oraz zakładom, które robiły wstążki. W muzeum jest też zbiór maszyn z tego czasu i nie tylko.',
  ],
  Turkish: [
    'Lyon kentinin 1999 sayımında 445 bin nüfusu vardı ve bu sayı ile Paris ve Marsilya’dan sonra ülkenin üçüncü kenti olarak görülüyordu. Bu rakam sadece belediye için verilen bir sayıdır.',
    'Saint-Étienne, Furan vadisinde yer alan bir kent olarak madenler ve kurdele atölyeleri ile büyüdü. Kentin müzesi de bu döneme ait makineler için çok önemli bir yer olarak bilinir.',
  ],
  Russian: [
    'В городе Лион по переписи 1999 года жило около 445 тысяч человек, и он был третьим городом страны после Парижа и Марселя. Это число дано только для самой коммуны, а не для округи.',
    'Город лежит в верхней долине реки и вырос за счёт шахт и мастерских, в которых делали ленты. В музее есть также собрание машин, которые были построены в то время на заводе.',
  ],
  Ukrainian: [
    'У місті Ліон за переписом 1999 року жило близько 445 тисяч людей, і воно було третім містом країни після Парижа та Марселя. Це число є лише для самої громади, а не для околиць.',
    'Місто лежить у верхній долині річки й виросло за рахунок шахт та майстерень, що робили стрічки. У музеї є також збірка машин, які були збудовані в той час на заводі для міста.',
  ],
  Arabic: [
    'كان عدد سكان مدينة ليون في تعداد عام 1999 نحو 445 ألف نسمة، وكانت بذلك ثالث مدينة في البلاد بعد باريس ومرسيليا، وهذا العدد هو عدد سكان البلدية من دون الضواحي.',
    'تقع المدينة في الوادي الأعلى للنهر وقد كبرت مع المناجم ومصانع الأشرطة، وفي المتحف مجموعة من الآلات التي كانت من ذلك العصر، وهي من أهم ما في المدينة.',
  ],
  Persian: [
    'شهر لیون در سرشماری سال ۱۹۹۹ حدود ۴۴۵ هزار نفر جمعیت داشت و پس از پاریس و مارسی سومین شهر این کشور بود، و این عدد تنها برای خود شهر است که اعلام شده است.',
    'این شهر در دره بالای رود است و با معدن‌ها و کارگاه‌های نوار بزرگ شد و در موزه آن نیز مجموعه‌ای از ماشین‌ها را که از آن دوره است می‌توان دید و با راهنما از آن گذشت.',
  ],
  Chinese: [
    '里昂在一九九九年的人口普查中有四十四万五千居民，是法国仅次于巴黎和马赛的第三大城市，这个数字只包括市区本身。',
    '圣艾蒂安位于富朗河上游的山谷，因矿山和丝带工坊而兴起，当地博物馆收藏了那个时代的机器，吸引了许多参观者。',
  ],
  Japanese: [
    'リヨンは一九九九年の国勢調査で四十四万五千人の人口があり、パリとマルセイユに次ぐフランス第三の都市であった。この数字は市だけのものである。',
    'サンテティエンヌは川の上流の谷にあり、鉱山とリボンの工場とともに大きくなった。博物館にはその時代の機械が集められていて、見学することができる。',
  ],
  Korean: [
    '리옹은 천구백구십구년 인구 조사에서 약 사십사만 오천 명의 인구를 가진 도시로, 파리와 마르세유에 이어 프랑스에서 세 번째로 큰 도시였다.',
    '생테티엔은 강 상류의 골짜기에 자리 잡은 도시로 광산과 리본 공장과 함께 성장하였다. 박물관에는 그 시대의 기계들이 모여 있어 구경할 수 있다.',
  ],
  Hindi: [
    'ल्योन शहर की जनसंख्या 1999 की जनगणना में लगभग 445 हजार थी और यह पेरिस और मार्सेय के बाद देश का तीसरा सबसे बड़ा शहर था, यह संख्या केवल नगर के लिए है।',
    'यह शहर नदी की ऊपरी घाटी में है और खानों तथा फीतों के कारखानों के साथ बड़ा हुआ। इसके संग्रहालय में उस समय की मशीनों का एक संग्रह भी है जो देखा जा सकता है।',
  ],
}
const names = Object.keys(TEXTS)

describe('language and script', () => {
  test.each(names)('%s passes among its own', (name) => {
    const [one, other] = TEXTS[name] as [string, string]
    expect(gateOf(other, rowOf('q', [one], []))).toBeUndefined()
    expect(gateOf(one, rowOf('q', [other], []))).toBeUndefined()
  })

  const pairs = names.flatMap((name) => names.filter((other) => other !== name).map((other) => [name, other] as const))
  test.each(pairs)('passages in %s, and %s is written', (name, other) => {
    const [positive] = TEXTS[name] as [string, string]
    const [, written] = TEXTS[other] as [string, string]
    // Of the same length, whatever the script.
    const text = written.repeat(3).slice(0, [...positive].length)
    expect(['wrong-script', 'wrong-language']).toContain(gateOf(text, rowOf('q', [positive], [])))
  })

  test('the language of the positive counts where negatives have another', () => {
    const [german, moreGerman] = TEXTS['German'] as [string, string]
    expect(gateOf(FINE, rowOf('q', [german], NEGATIVES))).toBe('wrong-language')
    expect(gateOf(moreGerman, rowOf('q', [german], NEGATIVES))).toBeUndefined()
    // A positive that says nothing of its language leaves it to the others.
    expect(gateOf(moreGerman, rowOf('q', ['445,452'], [...NEGATIVES, ...NEGATIVES]))).toBe('wrong-language')
  })

  test('of short texts, names and formulas nothing is said', () => {
    const row = rowOf('q', ['the atomic mass of iron'], ['a table of masses'])
    expect(gateOf('Masse atomique du fer', row)).toBeUndefined()
    expect(gateOf('Fe2O3 + 3 CO → 2 Fe', row)).toBeUndefined()
  })

  test('says which', () => {
    const [russian] = TEXTS['Russian'] as [string, string]
    expect(gatesFor(rowOf('q', [russian], []))({ text: FINE }, [])?.detail).toBe(
      'most of its letters are Latin, those of the passages Cyrillic',
    )
    const [french] = TEXTS['French'] as [string, string]
    expect(gatesFor(rowOf('q', [french], []))({ text: FINE }, [])?.detail).toBe(
      'it is in English, and the passages in French',
    )
  })
})

test('any text gets the same answer every time, and a known gate', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.array(fc.string()), (text, before) => {
      const fault = gatesFor(ROW)({ text }, before)
      expect(gatesFor(ROW)({ text }, before)).toEqual(fault)
      if (fault) expect(GATES).toContain(fault.gate)
    }),
  )
})

// A text in another language or script than the passages of its row is refused only if the difference is clear.
import { describe, expect, test } from 'vitest'
import { NEGATIVES, POSITIVE, rowOf } from '../../test/support/gated.ts'
import type { Row } from '../rows/row.ts'
import { gatesFor } from './gates.ts'

const FINE =
  'Saint-Étienne lies in the upper valley of the Furan, and grew with its mines and its works for arms and ribbons. The census counted its workshops for the first time under the Second Empire.'

const gateOf = (text: string, row: Row) => gatesFor(row)({ text }, [])?.gate

/** One passage on the same subject and one on another, in each of many languages. */
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
    // Cut to the same length in every script.
    const text = written.repeat(3).slice(0, [...positive].length)
    expect(['wrong-script', 'wrong-language']).toContain(gateOf(text, rowOf('q', [positive], [])))
  })

  test('the language of the positive counts where negatives have another', () => {
    const [german, moreGerman] = TEXTS['German'] as [string, string]
    expect(gateOf(FINE, rowOf('q', [german], NEGATIVES))).toBe('wrong-language')
    expect(gateOf(moreGerman, rowOf('q', [german], NEGATIVES))).toBeUndefined()
    // If the positive does not reveal its language, the negatives do.
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

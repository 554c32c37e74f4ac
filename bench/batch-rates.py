# Writes src/llm/batch-rates.ts, the list prices of batches, from the data of the package `genai-prices`, whose npm form has none.
# Run: pip install genai-prices && python bench/batch-rates.py 2026-11-10 > src/llm/batch-rates.ts
import sys
from datetime import date, datetime
from importlib.metadata import version

from genai_prices.data import providers

AS_OF = date.fromisoformat(sys.argv[1])
# As the list of prices online does: the caches of Anthropic are only written on demand.
CACHES_ON_DEMAND = 'anthropic'


def names_in(match):
    if hasattr(match, 'or_'):
        return [name for each in match.or_ for name in names_in(each)]
    return [match.equals] if hasattr(match, 'equals') else []


def base(rate):
    return getattr(rate, 'base', rate)


def tiers(rate):
    return getattr(rate, 'tiers', [])


def dearest(rate):
    return max([base(rate), *[tier.price for tier in tiers(rate)]])


def begun(variant):
    start = getattr(variant.constraint, 'start_date', None)
    day = start.date() if isinstance(start, datetime) else start
    return day is None or day <= AS_OF


def rate_of(provider, prices):
    inputs = [prices.input_mtok]
    if provider != CACHES_ON_DEMAND and prices.cache_write_mtok is not None:
        inputs.append(prices.cache_write_mtok)
    figures = [max(base(each) for each in inputs), base(prices.output_mtok)]
    starts = [tier.start for rate in [*inputs, prices.output_mtok] for tier in tiers(rate)]
    if starts:
        figures += [min(starts), max(dearest(each) for each in inputs), dearest(prices.output_mtok)]
    return ' '.join(str(each) for each in figures)


def lines_of(provider):
    for model in provider.models:
        for variant in model.price_variants or []:
            prices = variant.prices
            if variant.when != {'processing': 'batch'} or not begun(variant):
                continue
            if prices.input_mtok is None or prices.output_mtok is None:
                continue
            names = list(dict.fromkeys([model.id, *names_in(model.match)]))
            yield f'{rate_of(provider.id, prices)} : {" ".join(names)}'


print('// The list prices of batches by provider, written by bench/batch-rates.py: input and output in US dollars per million tokens, for long')
print('// inputs also from how many tokens and what all tokens cost then; after the colon the names of the model.')
print()
print(f"/** The day on which genai-prices {version('genai-prices')}, where they are from, was published. */")
print(f"export const BATCH_PRICES_AS_OF = '{AS_OF}'")
print()
print('export const BATCH_RATES: Readonly<Record<string, string>> = {')
for provider in providers:
    lines = list(lines_of(provider))
    if lines:
        print(f"  {provider.id if provider.id.isidentifier() else repr(provider.id)}: `")
        print('\n'.join(lines) + '`,')
print('}')

// The list prices of batches by provider, written by bench/batch-rates.py: input and output in US dollars per million tokens, for long
// inputs also from how many tokens and what all tokens cost then; after the colon the names of the model.

/** The day on which genai-prices 0.2.3, where they are from, was published. */
export const BATCH_PRICES_AS_OF = '2026-11-10'

export const BATCH_RATES: Readonly<Record<string, string>> = {
  anthropic: `
5 25 : claude-fable-5
5 25 : claude-fable-5-1
4 20 : claude-fable-5-2
0.5 2.5 : claude-haiku-4-5
0.05 0.25 100000 0.25 1.25 : claude-haiku-5-5
4 20 : claude-mythos-5-2
2.5 12.5 : claude-opus-4-5
2.5 12.5 : claude-opus-4-6
2.5 12.5 : claude-opus-4-7
2.5 12.5 : claude-opus-4-8
2.5 12.5 : claude-opus-5 claude-opus-5-latest
2 10 : claude-opus-5-5
1.5 7.5 200000 3 11.25 : claude-sonnet-4-5
1.5 7.5 : claude-sonnet-4-6
1 5 : claude-sonnet-5
1 5 : claude-sonnet-5-5`,
  google: `
5 20 : claude-fable-5-2
0.15 1.25 : gemini-2.5-flash gemini-2.5-flash-latest gemini-2.5-flash-preview-09-2025
0.05 0.2 : gemini-2.5-flash-lite
0.25 5 : gemini-2.5-flash-tts gemini-2.5-flash-preview-tts
0.625 5 200000 1.25 7.5 : gemini-2.5-pro
0.5 10 : gemini-2.5-pro-tts gemini-2.5-pro-preview-tts
0.25 1.5 : gemini-3-flash-preview
1 6 : gemini-3-pro-image-preview gemini-3-pro-image
0.25 1.5 : gemini-3.1-flash-image-preview gemini-3.1-flash-image
0.125 0.75 : gemini-3.1-flash-lite
0.125 0.75 : gemini-3.1-flash-lite-image
0.5 10 : gemini-3.1-flash-tts-preview
1 6 200000 2 9 : gemini-3.1-pro-preview gemini-pro-latest
0.15 1.25 : gemini-3.5-flash-lite gemini-flash-lite-latest
0.375 1.875 : gemini-3.6-flash
0.375 1.875 : gemini-3.8-flash gemini-flash-latest
0.25 3 : gemini-3.8-flash-lite-tts
0.25 4.5 : gemini-3.8-flash-tts
1 5 : gemini-4-argon
0.75 3.75 : gemini-nano-banana-2.1`,
  groq: `
0.075 0.3 : openai/gpt-oss-120b
0.0375 0.15 : openai/gpt-oss-20b`,
  mistral: `
0.15 0.45 : codestral codestral-latest codestral-2501
0.15 0.45 : codestral-2508
0.1 0.1 : ministral-14b-2512
0.05 0.05 : ministral-3b-2512
0.075 0.075 : ministral-8b-2512
0.075 0.075 : ministral-8b-latest
0.05 0.05 : mistral-embed mistral-embed-2312
0.25 0.75 : mistral-large-2512
0.35 1.05 : mistral-large-4 mistral-large-4-0
0.68 2.09 : mistral-large-4 mistral-large-4-0
0.34 1.045 : mistral-large-4 mistral-large-4-0
0.75 3.75 : mistral-medium-3-5 mistral-medium-3.5 mistral-medium-3 mistral-medium-2604
0.75 3.75 : mistral-medium-latest
0.075 0.3 : mistral-small-2603
0.075 0.3 : mistral-small-latest
0.05 0.2 : voxtral-small-24b-2507 voxtral-small-2507 voxtral-small-latest`,
  openai: `
1.5 3 : ft:gpt-3.5-turbo-
0.15 0.6 : ft:gpt-4o-mini
0.25 0.75 : gpt-3.5-turbo gpt-35-turbo gpt-3.5-turbo-0125
15 30 : gpt-4 gpt-4-0314 gpt-4-0613
5 15 : gpt-4-turbo gpt-4-turbo-2024-04-09 gpt-4-turbo-0125-preview gpt-4-0125-preview gpt-4-1106-preview gpt-4-turbo-preview
1 4 : gpt-4.1 gpt-4.1-2025-04-14
0.2 0.8 : gpt-4.1-mini gpt-4.1-mini-2025-04-14
0.05 0.2 : gpt-4.1-nano gpt-4.1-nano-2025-04-14
1.25 5 : gpt-4o gpt-4o-2024-08-06 gpt-4o-2024-11-20
2.5 7.5 : gpt-4o-2024-05-13
0.075 0.3 : gpt-4o-mini gpt-4o-mini-2024-07-18 gpt-4o-mini-search-preview gpt-4o-mini-search-preview-2025-03-11
0.15 0.6 : gpt-4o-mini-2024-07-18.ft-
0.625 5 : gpt-5 gpt-5-2025-08-07 gpt-5-chat gpt-5-chat-latest gpt-5-codex
0.125 1 : gpt-5-mini gpt-5-mini-2025-08-07
0.025 0.2 : gpt-5-nano
7.5 60 : gpt-5-pro gpt-5-pro-2025-10-06
0.625 5 : gpt-5.1 gpt-5.1-2025-11-13 gpt-5.1-codex gpt-5.1-codex-max gpt-5.1-chat gpt-5.1-chat-latest gpt-5-1 gpt-5-1-2025-11-13 gpt-5-1-codex gpt-5-1-codex-max gpt-5-1-chat gpt-5-1-chat-latest
0.875 7 : gpt-5.2 gpt-5.2-2025-12-11 gpt-5-2 gpt-5-2-2025-12-11 gpt-5.2-chat gpt-5.2-chat-latest gpt-5-2-chat gpt-5-2-chat-latest gpt-5.2-codex gpt-5-2-codex
10.5 84 : gpt-5.2-pro gpt-5.2-pro-2025-12-11 gpt-5-2-pro-2025-12-11
1.25 7.5 272000 2.5 11.25 : gpt-5.4 gpt-5.4-2026-03-05 gpt-5-4 gpt-5-4-2026-03-05
0.375 2.25 : gpt-5.4-mini gpt-5.4-mini-2026-03-17 gpt-5-4-mini gpt-5-4-mini-2026-03-17
0.1 0.625 : gpt-5.4-nano gpt-5.4-nano-2026-03-17 gpt-5-4-nano gpt-5-4-nano-2026-03-17
15 90 272000 30 135 : gpt-5.4-pro gpt-5.4-pro-2026-03-05 gpt-5-4-pro gpt-5-4-pro-2026-03-05
2.5 15 272000 5 22.5 : gpt-5.5 gpt-5.5-2026-04-23 gpt-5.5-2026-04-24 gpt-5-5 gpt-5-5-2026-04-23 gpt-5-5-2026-04-24 gpt-5.5-chat gpt-5.5-chat-latest gpt-5-5-chat gpt-5-5-chat-latest gpt-5.5-codex gpt-5-5-codex
15 90 : gpt-5.5-pro gpt-5.5-pro-2026-04-23 gpt-5-5-pro gpt-5-5-pro-2026-04-23
0.125 0.6 272000 0.25 0.9 : gpt-5.6-luna gpt-5-6-luna
2.5 10 272000 5 15 : gpt-5.6-sol gpt-5-6-sol gpt-5.6 gpt-5-6
1.25 6 272000 2.5 9 : gpt-5.6-terra gpt-5-6-terra
6.25 25 272000 12.5 37.5 : gpt-6-astra
0.0625 0.25 272000 0.125 0.375 : gpt-6-luna
1.25 5 272000 2.5 7.5 : gpt-6-sol
1.25 5 272000 2.5 7.5 : gpt-6.1-sol
0.625 2.5 272000 1.25 3.75 : gpt-6.1-terra
2.5 20 : gpt-image-1
1 4 : gpt-image-1-mini
2.5 5 : gpt-image-1.5 gpt-image-1.5-2025-12-16
2.5 15 : gpt-image-2 gpt-image-2-2026-04-21
2.5 15 : gpt-image-2.5-flare gpt-image-2.5-flare-2026-09-08
2.5 15 : gpt-image-2.5-sunburst gpt-image-2.5-sunburst-2026-09-08
7.5 30 : o1 o1-2024-12-17
75 300 : o1-pro o1-pro-2025-03-19
1 4 : o3 o3-2025-04-16
0.55 2.2 : o3-mini o3-mini-2025-01-31 o3-mini-high
10 40 : o3-pro o3-pro-2025-06-10
0.55 2.2 : o4-mini o4-mini-2025-04-16 o4-mini-high`,
  'x-ai': `
1 2 199999 2 4 : grok-4.20 grok-4.20-0309-reasoning grok-4.20-0309-non-reasoning
1 2 199999 2 4 : grok-4.20-multi-agent-0309 grok-4.20-multi-agent grok-4.20-multi-agent-beta-0309 grok-4.20-multi-agent-latest grok-4.20-multi-agent-beta-latest
1 2 199999 2 4 : grok-4.3 x-ai/grok-4.3 grok-4.3-latest`,
}

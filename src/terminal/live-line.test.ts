import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { downloadText, LiveLine, progressText } from './live-line.ts'

function lineOn(screen: { isTTY: boolean; columns?: number }) {
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), screen)
  return { line: new LiveLine(stream as unknown as NodeJS.WriteStream), written: () => String(stream.read() ?? '') }
}

test('on a terminal it is rewritten in place, cut to the columns there are, and makes room for sentences', () => {
  const { line, written } = lineOn({ isTTY: true, columns: 25 })
  line.show(() => 'searching 640/809 · 漢字漢字漢字漢字', true)
  expect(written()).toBe('\r\x1b[2Ksearching 640/809 · 漢…')
  line.note('note: this stays')
  expect(written()).toBe('\r\x1b[2Knote: this stays\n')
  line.clear()
  expect(written()).toBe('\r\x1b[2K')
})

test('elsewhere a line is whole and stays, and there is nothing to clear', () => {
  const { line, written } = lineOn({ isTTY: false })
  line.show(() => `reading ${'a'.repeat(200)}`, true)
  line.note('note: this stays')
  line.clear()
  expect(written()).toBe(`reading ${'a'.repeat(200)}\nnote: this stays\n`)
})

test('nothing is put together before it is time', () => {
  const { line, written } = lineOn({ isTTY: false })
  line.show(() => expect.unreachable('it is not time'))
  expect(written()).toBe('')
})

test('steps and downloads, as they are shown', () => {
  expect(progressText({ what: 'searching', done: 640, total: 809 })).toBe('searching 640/809 · 79.1%')
  expect(progressText({ what: 'reading rows', done: 1234, total: 0 })).toBe('reading rows 1,234')
  expect(downloadText({ file: 'model.gguf', received: 1.5e9, size: 2e9 })).toBe(
    'downloading 1,500 of 2,000 MB · 75.0% · model.gguf',
  )
})

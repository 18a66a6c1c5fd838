/** The format `text/event-stream` of the HTML standard: which events a sequence of chunks contains. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type StreamEvent, type StreamState, createEventStreamParser } from '../../src/eventSource/eventStream.ts'

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Parses the chunks of one stream. */
const parse = (chunks: readonly (string | Uint8Array)[], state: StreamState = {}): StreamEvent[] => {
  const parser = createEventStreamParser(state)
  return chunks.flatMap((chunk) => [...parser(typeof chunk === 'string' ? encode(chunk) : chunk)])
}
const dataOf = (...chunks: string[]): string[] => parse(chunks).map(({ data }) => data)

describe('line ends', () => {
  test.each([
    ['LF', '\n'],
    ['CR', '\r'],
    ['CR LF', '\r\n'],
  ])('%s ends a line, and an empty line ends an event', (_, end) => {
    expect(dataOf(['data: sun', 'data: moon', '', 'data: star', '', ''].join(end))).toEqual(['sun\nmoon', 'star'])
  })

  test('of all three kinds may be mixed in one event', () => {
    expect(dataOf('data: one\r\ndata: two\rdata: three\n\r\n')).toEqual(['one\ntwo\nthree'])
  })

  test('CR LF that arrives in two chunks is one line end', () => {
    expect(dataOf('data: one\r', '\ndata: two\r', '\n', '\r', '\n')).toEqual(['one\ntwo'])
  })

  test('a CR at the end of a chunk ends the event at once, without the next chunk', () => {
    expect(dataOf('data: now\r\r')).toEqual(['now'])
  })

  test('an empty chunk between CR and LF changes nothing', () => {
    expect(dataOf('data: one\r', '', '\ndata: two\n\n')).toEqual(['one\ntwo'])
  })

  test('the separators of Unicode, form feeds and vertical tabs do not end a line', () => {
    expect(dataOf('data: a\u2028b\u2029c\u0085d\fe\vf\n\n')).toEqual(['a\u2028b\u2029c\u0085d\fe\vf'])
  })
})

describe('a byte order mark', () => {
  const mark = new Uint8Array([0xef, 0xbb, 0xbf])

  test('at the start of the stream is ignored, also if it arrives byte by byte', () => {
    const bytes = [...mark].map((byte) => Uint8Array.of(byte))
    expect(parse([...bytes, 'data: kept\n\n'])).toMatchObject([{ data: 'kept' }])
  })

  test('is ignored only once: a second one belongs to the name of the field', () => {
    expect(parse([mark, mark, 'data: lost\n\ndata: kept\n\n'])).toMatchObject([{ data: 'kept' }])
  })
})

describe('a field', () => {
  test.each([
    ['data:tight\n\n', 'tight'],
    ['data: one space is removed\n\n', 'one space is removed'],
    ['data:  the second space stays\n\n', ' the second space stays'],
    ['data:\ta tab stays\n\n', '\ta tab stays'],
    ['data: a: b :c\n\n', 'a: b :c'],
    ['data: ends with a space \n\n', 'ends with a space '],
    ['data: nul \0 stays\n\n', 'nul \0 stays'],
  ])('%j has the data %j', (text, data) => {
    expect(dataOf(text)).toEqual([data])
  })

  test('without a colon has an empty value', () => {
    expect(dataOf('data\n\n', 'data\ndata\n\n', 'data:\n\n')).toEqual(['', '\n', ''])
  })

  test.each(['Data: x', ' data: x', 'data : x', 'datum: x', 'data\0: x'])(
    'with another name than those of the standard is ignored: %j',
    (line) => {
      expect(dataOf(`${line}\n\ndata: next\n\n`)).toEqual(['next'])
    },
  )

  test('that begins with a colon is a comment', () => {
    expect(dataOf(': data: x\n:\ndata: one\n:keep-alive\ndata: two\n\n:\n\n')).toEqual(['one\ntwo'])
  })
})

describe('an event', () => {
  test('without data is not dispatched, and its name is not that of the next one', () => {
    expect(parse(['event: tick\n\n', 'data: x\n\n'])).toMatchObject([{ event: 'message', data: 'x' }])
  })

  test('has the last name that it contains, and message if the name is empty', () => {
    expect(parse(['event: a\nevent: b\ndata: 1\n\n', 'event: a\nevent\ndata: 2\n\n'])).toMatchObject([
      { event: 'b', data: '1' },
      { event: 'message', data: '2' },
    ])
  })

  test('that the end of the stream interrupts is not dispatched', () => {
    expect(dataOf('data: whole\n\ndata: half\n')).toEqual(['whole'])
    expect(dataOf('data: half')).toEqual([])
  })

  test('with characters of several bytes survives any cut inside them', () => {
    const bytes = encode('data: é€😀\n\n')
    expect(parse([...bytes].map((byte) => Uint8Array.of(byte)))).toMatchObject([{ data: 'é€😀' }])
  })

  test('with bytes that are not UTF-8 has replacement characters', () => {
    expect(parse(['data: a', Uint8Array.of(0xff), 'b\n\n'])).toMatchObject([{ data: 'a\ufffdb' }])
  })
})

describe('the last event ID', () => {
  test('is that of the event, and stays for events without one', () => {
    expect(parse(['id: 1\ndata: a\n\ndata: b\n\nid: 2\ndata: c\n\n']).map(({ id }) => id)).toEqual(['1', '1', '2'])
  })

  test('is stored from an event without data, and an empty one removes it', () => {
    const state: StreamState = {}
    parse(['id: 7\n\n'], state)
    expect(state.id).toBe('7')
    parse(['id\n\n'], state)
    expect(state.id).toBe('')
  })

  test('is not taken from an event that is not complete', () => {
    const state: StreamState = { id: 'old' }
    parse(['id: new\ndata: x\n'], state)
    expect(state.id).toBe('old')
  })

  test.each(['\0', '\x01', '\x7f'])(
    'with the control character %j is ignored, because no header transports it',
    (char) => {
      expect(parse([`id: 1\ndata: a\n\nid: 2${char}\ndata: b\n\n`]).map(({ id }) => id)).toEqual(['1', '1'])
    },
  )

  test('may contain a tab', () => {
    expect(parse(['id: 1\t2\ndata: a\n\n']).map(({ id }) => id)).toEqual(['1\t2'])
  })

  test('of the previous connection is that of events before a new one arrives', () => {
    expect(parse(['data: a\n\n'], { id: '9' })).toEqual([{ event: 'message', id: '9', data: 'a' }])
  })

  test('is that of the last event taken, if the caller stops in the middle of a chunk', () => {
    const state: StreamState = {}
    for (const { data } of createEventStreamParser(state)(encode('id: 1\ndata: a\n\nid: 2\ndata: b\n\n'))) {
      if (data === 'a') break
    }
    expect(state.id).toBe('1')
  })
})

describe('the reconnection time', () => {
  test.each([
    ['retry: 3000', 3000],
    ['retry:0', 0],
    ['retry: 007', 7],
    ['retry', undefined],
    ['retry: 1.5', undefined],
    ['retry: -1', undefined],
    ['retry: 3000 ms', undefined],
    ['retry:  3000', undefined],
    ['retry: ٣', undefined],
  ])('%j sets %s', (line, retry) => {
    const state: StreamState = {}
    parse([`${line}\n`], state)
    expect(state.retry).toBe(retry)
  })
})

describe('a limit of 16777216 characters', () => {
  const MAX = 2 ** 24
  const error = 'event: expected at most 16777216 characters'

  test('holds for one line', () => {
    expect(dataOf('data: ', 'x'.repeat(MAX - 6), '\n\n')).toEqual(['x'.repeat(MAX - 6)])
    expect(() => dataOf('data: ', 'x'.repeat(MAX - 5))).toThrow(error)
  })

  test('holds for the lines of an event together', () => {
    const line = `data: ${'x'.repeat(2 ** 20)}\n`
    expect(() => parse(Array.from({ length: 17 }, () => line))).toThrow(error)
  })

  test('holds for a line without a colon and for a comment, which are not stored', () => {
    expect(() => dataOf('x'.repeat(MAX + 1))).toThrow(error)
    expect(() => dataOf(`:${'x'.repeat(MAX)}`)).toThrow(error)
  })

  test('is no limit for the stream', () => {
    const event = `data: ${'x'.repeat(2 ** 20)}\n\n`
    expect(parse(Array.from({ length: 20 }, () => event))).toHaveLength(20)
  })

  test('is reached in linear time by chunks of one byte', () => {
    const parser = createEventStreamParser({})
    const byte = encode('x')
    for (let count = 0; count < 1_000_000; count++) for (const _ of parser(byte)) expect.unreachable()
    expect([...parser(encode('\ndata: after\n\n'))]).toMatchObject([{ data: 'after' }])
  })
})

test('a stream has the same events in any chunks', () => {
  const word = fc.constantFrom('x', 'é', '😀', ' ', ':', '\0', '1')
  const line = fc
    .tuple(fc.constantFrom('data', 'data', 'id', 'event', 'retry', '', 'other'), fc.constantFrom(':', ': ', ''), word)
    .map((parts) => parts.join(''))
  const end = fc.constantFrom('\n', '\r', '\r\n', '\n\n', '\r\r', '\r\n\r\n', '\n\r')
  const text = fc.array(fc.tuple(line, end), { maxLength: 12 }).map((lines) => lines.flat().join(''))
  const stream = fc.tuple(fc.constantFrom('', '\ufeff'), text).map((parts) => parts.join(''))
  const cuts = fc.array(fc.nat({ max: 80 }), { maxLength: 30 })
  fc.assert(
    fc.property(stream, cuts, (content, places) => {
      const bytes = encode(content)
      const bounds = [0, ...places, bytes.length].map((place) => Math.min(place, bytes.length)).sort((a, b) => a - b)
      const chunks = bounds.slice(1).map((bound, index) => bytes.slice(bounds[index], bound))
      const [whole, split]: StreamState[] = [{}, {}]
      expect(parse(chunks, split)).toEqual(parse([bytes], whole))
      expect(split).toEqual(whole)
    }),
    { numRuns: Number(process.env.SCENARIOS ?? 2000) },
  )
})

test('a stream has the events that a parser by characters finds', () => {
  const char = fc.constantFrom(...'\n\r: xd'.split(''), 'data', 'data:', 'id', 'id:1', 'event:', 'event:e', '\r\n')
  fc.assert(
    fc.property(fc.array(char, { maxLength: 30 }), (chars) => {
      expect(parse([chars.join('')])).toEqual(simpleParse(chars.join('')))
    }),
    { numRuns: Number(process.env.SCENARIOS ?? 2000) },
  )
})

/** The algorithm of the standard for a complete stream, without chunks: the model for the test above. */
const simpleParse = (text: string): StreamEvent[] => {
  const normalised = text.replaceAll('\r\n', '\n').replaceAll('\r', '\n')
  const lines = normalised.split('\n').slice(0, -1)
  const events: StreamEvent[] = []
  let fields = { event: '', id: '', data: [] as string[] }
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (line === '') {
      const { event, id, data } = fields
      if (data.length) events.push({ event: event === '' ? 'message' : event, id, data: data.join('\n') })
      fields = { event: '', id, data: [] }
    } else if (name === 'data') fields.data.push(value)
    else if (name === 'event' || name === 'id') fields[name] = value
  }
  return events
}

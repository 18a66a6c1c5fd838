import { describe, expect, test } from 'vitest'
import { createStreamCursors } from '../../src/session/streamCursors.ts'

/** A stream at `off` of epoch `e`. */
const at = (off: number) => {
  const positions = createStreamCursors(['room'])
  positions.settle('room', ['e', off, 'fresh'])
  return positions
}

describe('a message (R6)', () => {
  test('that is next moves the position', () => {
    const positions = at(4)
    expect(positions.take('room', 5)).toBe('next')
    expect(positions.at('room')).toEqual(['e', 5])
  })

  test.each([1, 3, 4])('that was had already, %i, changes nothing', (off) => {
    const positions = at(4)
    expect(positions.take('room', off)).toBe('old')
    expect(positions.at('room')).toEqual(['e', 4])
  })

  test('beyond the next is a gap, and the position stays', () => {
    const positions = at(4)
    expect(positions.take('room', 6)).toBe('gap')
    expect(positions.at('room')).toEqual(['e', 4])
  })

  test('of a stream that is not followed, or not begun, is nobody’s', () => {
    const positions = createStreamCursors(['room'])
    expect(positions.take('room', 1)).toBe('old')
    expect(positions.take('other', 1)).toBe('old')
    expect(positions.has('other')).toBe(false)
  })
})

describe('a second gap (R7)', () => {
  test('at the same position loses the stream, and where it goes on is told', () => {
    const positions = at(4)
    positions.take('room', 6)
    expect(positions.take('room', 7)).toBe('lost')
    expect(positions.at('room')).toBeUndefined()
    expect(positions.take('room', 8)).toBe('old')
    expect(positions.settle('room', ['e', 9, 'fresh'])).toEqual({
      stream: 'room',
      reason: 'gap',
      from: { epoch: 'e', offset: 4 },
      to: { epoch: 'e', offset: 9 },
    })
    expect(positions.take('room', 10)).toBe('next')
  })

  test('after progress is a first one again', () => {
    const positions = at(4)
    positions.take('room', 6)
    positions.take('room', 5)
    expect(positions.take('room', 7)).toBe('gap')
  })
})

describe('a ping (R8)', () => {
  test('that knows more twice in a row, with nothing between, shows a gap', () => {
    const positions = at(4)
    expect(positions.compare('room', 5)).toBe('old')
    expect(positions.compare('room', 5)).toBe('gap')
  })

  test('proves nothing when something came meanwhile', () => {
    const positions = at(4)
    positions.compare('room', 5)
    positions.take('room', 5)
    expect(positions.compare('room', 6)).toBe('old')
    expect(positions.compare('room', 6)).toBe('gap')
  })

  test('proves nothing on a link that has just begun', () => {
    const positions = at(4)
    positions.compare('room', 5)
    positions.settle('room', ['e', 5, 'resumed'])
    expect(positions.compare('room', 5)).toBe('old')
  })

  test('at the position, or of a stream that is not followed, is no news', () => {
    const positions = at(4)
    positions.compare('room', 5)
    expect(positions.compare('room', 4)).toBe('old')
    expect(positions.compare('room', 5)).toBe('old')
    expect(positions.compare('other', 5)).toBe('old')
  })
})

describe('what the server says of a stream', () => {
  const from = { epoch: 'e', offset: 4 }

  test('resumed keeps the position, for the replay', () => {
    const positions = at(4)
    expect(positions.settle('room', ['e', 9, 'resumed'])).toBeUndefined()
    expect(positions.at('room')).toEqual(['e', 4])
  })

  test('fresh begins at the top, which is no break where there was no position', () => {
    const positions = createStreamCursors(['room'])
    expect(positions.settle('room', ['e', 9, 'fresh'])).toBeUndefined()
    expect(positions.at('room')).toEqual(['e', 9])
  })

  test.each(['epoch', 'trimmed', 'limit', 'ahead', 'none'])('lost (%s) goes on from the top and is a break', (why) => {
    const positions = at(4)
    expect(positions.settle('room', ['f', 2, 'lost', why])).toEqual({
      stream: 'room',
      reason: why,
      from,
      to: { epoch: 'f', offset: 2 },
    })
    expect(positions.at('room')).toEqual(['f', 2])
  })

  test('denied leaves the stream', () => {
    const positions = at(4)
    expect(positions.settle('room', ['', 0, 'lost', 'denied'])).toEqual({
      stream: 'room',
      reason: 'denied',
      from,
      to: undefined,
    })
    expect(positions.has('room')).toBe(false)
  })

  test('is not believed where it contradicts itself: another epoch, or a top below us, is a break (R3, R4)', () => {
    expect(at(4).settle('room', ['f', 9, 'resumed'])).toMatchObject({
      reason: 'epoch',
      from,
      to: { epoch: 'f', offset: 9 },
    })
    expect(at(4).settle('room', ['e', 3, 'resumed'])).toMatchObject({
      reason: 'ahead',
      from,
      to: { epoch: 'e', offset: 3 },
    })
    expect(at(4).settle('room', ['e', 9, 'fresh'])).toMatchObject({
      reason: 'none',
      from,
      to: { epoch: 'e', offset: 9 },
    })
  })

  test.each([
    [[]],
    [['', 4, 'fresh']],
    [[1, 4, 'fresh']],
    [['e', -1, 'fresh']],
    [['e', '4', 'fresh']],
    [['e', 1.5, 'lost', 'none']],
  ])('is ignored where it makes no sense: %j', (told) => {
    const positions = at(4)
    expect(positions.settle('room', told as never)).toBeUndefined()
    expect(positions.at('room')).toEqual(['e', 4])
  })
})

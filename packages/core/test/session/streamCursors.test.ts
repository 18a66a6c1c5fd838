import { describe, expect, test } from 'vitest'
import { createStreamCursors } from '../../src/session/streamCursors.ts'

/** The positions of a client that has read the stream `room` up to an offset of epoch `e`. */
const positionsAt = (off: number) => {
  const positions = createStreamCursors(['room'])
  positions.settle('room', ['e', off, 'fresh'])
  return positions
}

describe('a message of a stream (R6)', () => {
  test('a message with the next offset moves the position', () => {
    const positions = positionsAt(4)
    expect(positions.take('room', 5)).toBe('next')
    expect(positions.at('room')).toEqual(['e', 5])
  })

  test.each([1, 3, 4])(
    'a message with the offset %i, at or before the position, is old and keeps the position',
    (off) => {
      const positions = positionsAt(4)
      expect(positions.take('room', off)).toBe('old')
      expect(positions.at('room')).toEqual(['e', 4])
    },
  )

  test('a message beyond the next offset is a gap and keeps the position', () => {
    const positions = positionsAt(4)
    expect(positions.take('room', 6)).toBe('gap')
    expect(positions.at('room')).toEqual(['e', 4])
  })

  test('a message of a stream that is not joined or not started is old', () => {
    const positions = createStreamCursors(['room'])
    expect(positions.take('room', 1)).toBe('old')
    expect(positions.take('other', 1)).toBe('old')
    expect(positions.has('other')).toBe(false)
  })
})

describe('a second gap (R7)', () => {
  test('a second gap at the same position is a loss, and the next cursor gives a resync', () => {
    const positions = positionsAt(4)
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

  test('a gap after progress counts as a first gap', () => {
    const positions = positionsAt(4)
    positions.take('room', 6)
    positions.take('room', 5)
    expect(positions.take('room', 7)).toBe('gap')
  })
})

describe('a ping with the newest offset (R8)', () => {
  test('two pings ahead of the position without a message in between are a gap', () => {
    const positions = positionsAt(4)
    expect(positions.compare('room', 5)).toBe('old')
    expect(positions.compare('room', 5)).toBe('gap')
  })

  test('a ping does not count if a message arrived since the last ping', () => {
    const positions = positionsAt(4)
    positions.compare('room', 5)
    positions.take('room', 5)
    expect(positions.compare('room', 6)).toBe('old')
    expect(positions.compare('room', 6)).toBe('gap')
  })

  test('a ping of the previous connection does not count on a new one', () => {
    const positions = positionsAt(4)
    positions.compare('room', 5)
    positions.settle('room', ['e', 5, 'resumed'])
    expect(positions.compare('room', 5)).toBe('old')
  })

  test('a ping at the position, or of a stream that is not joined, is old', () => {
    const positions = positionsAt(4)
    positions.compare('room', 5)
    expect(positions.compare('room', 4)).toBe('old')
    expect(positions.compare('room', 5)).toBe('old')
    expect(positions.compare('other', 5)).toBe('old')
  })
})

describe('the cursor from the server', () => {
  const from = { epoch: 'e', offset: 4 }

  test('a resumed cursor keeps the position for the replay', () => {
    const positions = positionsAt(4)
    expect(positions.settle('room', ['e', 9, 'resumed'])).toBeUndefined()
    expect(positions.at('room')).toEqual(['e', 4])
  })

  test('a fresh cursor sets the newest offset, without a resync for a new stream', () => {
    const positions = createStreamCursors(['room'])
    expect(positions.settle('room', ['e', 9, 'fresh'])).toBeUndefined()
    expect(positions.at('room')).toEqual(['e', 9])
  })

  test.each(['epoch', 'trimmed', 'limit', 'ahead', 'none'])(
    'a lost cursor (%s) sets the newest offset and gives a resync',
    (reason) => {
      const positions = positionsAt(4)
      expect(positions.settle('room', ['f', 2, 'lost', reason])).toEqual({
        stream: 'room',
        reason,
        from,
        to: { epoch: 'f', offset: 2 },
      })
      expect(positions.at('room')).toEqual(['f', 2])
    },
  )

  test('a denied cursor leaves the stream', () => {
    const positions = positionsAt(4)
    expect(positions.settle('room', ['', 0, 'lost', 'denied'])).toEqual({
      stream: 'room',
      reason: 'denied',
      from,
      to: undefined,
    })
    expect(positions.has('room')).toBe(false)
  })

  test('a cursor with another epoch or an earlier offset gives a resync, whatever its kind (R3, R4)', () => {
    expect(positionsAt(4).settle('room', ['f', 9, 'resumed'])).toMatchObject({
      reason: 'epoch',
      from,
      to: { epoch: 'f', offset: 9 },
    })
    expect(positionsAt(4).settle('room', ['e', 3, 'resumed'])).toMatchObject({
      reason: 'ahead',
      from,
      to: { epoch: 'e', offset: 3 },
    })
    expect(positionsAt(4).settle('room', ['e', 9, 'fresh'])).toMatchObject({
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
  ])('a malformed cursor is ignored: %j', (cursor) => {
    const positions = positionsAt(4)
    expect(positions.settle('room', cursor as never)).toBeUndefined()
    expect(positions.at('room')).toEqual(['e', 4])
  })
})

import { describe, expect, it } from 'vitest'
import { createConversation } from './conversation.ts'

const frame = (): Promise<number> => new Promise(requestAnimationFrame)
const ada = { id: '1', name: 'Ada' }
const bob = { id: '2', name: 'Bob' }

describe('the conversation', () => {
  it('knows what was said on this very connection', async () => {
    const { receive, state } = createConversation()
    receive({ type: 'welcome', id: '1', people: [ada, bob] })
    receive({ type: 'chat', id: 'a', person: ada, text: 'mine', at: 0 })
    receive({ type: 'chat', id: 'b', person: bob, text: 'not mine', at: 0 })
    await frame()
    expect(state.get().people).toEqual([ada, bob])
    expect(state.get().lines).toMatchObject([
      { text: 'mine', mine: true },
      { text: 'not mine', mine: false },
    ])
  })

  it('counts a burst in one line, and what is missing of it', async () => {
    const { receive, state } = createConversation()
    const texts = async (): Promise<string[]> => {
      await frame()
      return state.get().lines.map(({ text }) => text)
    }
    const burst = (index: number, of: number): void => receive({ type: 'burst', index, of, filler: '' })
    for (const index of [0, 1, 2, 3]) burst(index, 4)
    expect(await texts()).toEqual(['Burst: 4 of 4 messages, none missing'])
    for (const index of [0, 1, 4]) burst(index, 5)
    expect(await texts()).toEqual(['Burst: 4 of 4 messages, none missing', 'Burst: 3 of 5 messages, 2 missing'])
    receive({ type: 'chat', id: 'a', person: ada, text: 'in between', at: 0 })
    burst(5, 5)
    expect(await texts()).toContain('Burst: 4 of 5 messages, 2 missing')
    burst(0, 1)
    expect((await texts()).at(-1)).toBe('Burst: 1 of 1 messages, none missing')
  })

  it('knows of nobody once the connection is gone', async () => {
    const { receive, leave, state } = createConversation()
    receive({ type: 'join', person: ada, people: [ada], at: 0 })
    leave()
    await frame()
    expect(state.get()).toMatchObject({ people: [], lines: [{ text: 'Ada joined' }] })
  })

  it('shows what is on its way, and in its place once it is said', async () => {
    const { receive, expect: wait, settle, state } = createConversation()
    for (const id of ['seen first', 'acknowledged first']) wait(id, id)
    await frame()
    expect(state.get()).toMatchObject({ lines: [], pending: [{ text: 'seen first' }, { text: 'acknowledged first' }] })
    receive({ type: 'chat', id: 'seen first', person: bob, text: 'seen first', at: 0 })
    settle('acknowledged first')
    await frame()
    expect(state.get().pending).toHaveLength(1)
    settle('seen first')
    receive({ type: 'chat', id: 'acknowledged first', person: bob, text: 'acknowledged first', at: 0 })
    await frame()
    expect(state.get()).toMatchObject({
      pending: [],
      lines: [
        { mine: true, delivered: true },
        { mine: true, delivered: true },
      ],
    })
  })

  it('says what became of what is not delivered', async () => {
    const { expect: wait, settle, withdraw, state } = createConversation()
    for (const id of ['unknown', 'plain']) wait(id, id)
    settle('unknown', 'Nobody knows')
    withdraw('plain')
    settle('plain', 'never told')
    await frame()
    expect(state.get()).toMatchObject({ pending: [], lines: [{ text: 'Nobody knows: “unknown”' }] })
  })

  it('puts what was missed below the note that says so, once', async () => {
    const { receive, note, state } = createConversation()
    const chat = (id: string) => ({ type: 'chat' as const, id, person: bob, text: id, at: 0 })
    receive(chat('before'))
    const restore = note('broken off')
    receive(chat('after'))
    restore(['before', 'missed', 'missed too', 'after'].map(chat))
    await frame()
    expect(state.get().lines.map(({ text }) => text)).toEqual(['before', 'broken off', 'missed', 'missed too', 'after'])
  })

  it('shows at most its limit', async () => {
    const { receive, state } = createConversation(2)
    for (const text of ['1', '2', '3']) receive({ type: 'echo', text })
    await frame()
    expect(state.get().lines.map(({ text }) => text)).toEqual(['Echo: 2', 'Echo: 3'])
  })

  it.each([null, 7, 'text', [], {}, { type: 'burst' }, { type: 'join' }, { type: 'toString' }, { people: 1 }])(
    'passes over %j of a foreign server',
    (message) => {
      const { receive, state } = createConversation()
      receive(message)
      expect(state.get()).toEqual({ people: [], lines: [], pending: [] })
    },
  )
})

import { describe, expect, it } from 'vitest'
import { createConversation } from './conversation.ts'

const frame = (): Promise<number> => new Promise(requestAnimationFrame)
const ada = { id: '1', name: 'Ada' }
const bob = { id: '2', name: 'Bob' }

describe('the conversation', () => {
  it('marks messages of the own user as mine', async () => {
    const { receive, state } = createConversation()
    receive({ type: 'welcome', id: '1', people: [ada, bob] })
    receive({ type: 'chat', id: 'a', person: ada, text: 'mine', at: 0 })
    receive({ type: 'chat', id: 'b', person: bob, text: 'not mine', at: 0 })
    await frame()
    expect(state.get().users).toEqual([ada, bob])
    expect(state.get().lines).toMatchObject([
      { text: 'mine', mine: true },
      { text: 'not mine', mine: false },
    ])
  })

  it('counts the received and the missing messages of a burst in one line', async () => {
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

  it('combines consecutive joins, and consecutive leaves, names each user once, and does not announce its own user', async () => {
    const { receive, state } = createConversation()
    const people = ['Ada', 'Bob', 'Eve', 'Joe'].map((name, index) => ({ id: `${index + 1}`, name }))
    receive({ type: 'welcome', id: '1', people: [] })
    for (const person of people) receive({ type: 'join', person, people, at: 0 })
    for (const [at, person] of [bob, ada, bob].entries()) receive({ type: 'leave', person, people: [], at })
    receive({ type: 'chat', id: 'a', person: bob, text: 'in between', at: 0 })
    receive({ type: 'leave', person: bob, people: [], at: 0 })
    receive({ type: 'rename', person: ada, before: 'Eve', people: [], at: 0 })
    await frame()
    expect(state.get().lines).toMatchObject([
      { text: 'Bob and 2 others joined' },
      { text: 'Bob and Ada left', at: 2 }, // at the time of the last one
      { text: 'in between' },
      { text: 'Bob left' },
      { text: 'Eve is now Ada' },
    ])
  })

  it('shows why the server had cut the connection', async () => {
    const { receive, state } = createConversation()
    for (const reason of ['heartbeat', 'backlog', 'constructor']) receive({ type: 'cut', reason })
    await frame()
    const replayed = 'The session was resumed, and the missed messages were replayed.'
    expect(state.get().lines.map(({ text }) => text)).toEqual([
      `The server had cut the connection (1006), because its ping was not answered in time. ${replayed}`,
      `The server had cut the connection (1006), because this page received too slowly. ${replayed}`,
    ])
  })

  it('clears the list of users when the connection is lost', async () => {
    const { receive, clearUsers, state } = createConversation()
    receive({ type: 'join', person: ada, people: [ada], at: 0 })
    clearUsers()
    await frame()
    expect(state.get()).toMatchObject({ users: [], lines: [{ text: 'Ada joined' }] })
  })

  it('shows a message as pending, and at its position in the chat once it is published', async () => {
    const { receive, addPending, confirm, state } = createConversation()
    for (const id of ['published first', 'acknowledged first']) addPending(id, id)
    await frame()
    expect(state.get()).toMatchObject({
      lines: [],
      pending: [{ text: 'published first' }, { text: 'acknowledged first' }],
    })
    receive({ type: 'chat', id: 'published first', person: bob, text: 'published first', at: 0 })
    confirm('acknowledged first')
    await frame()
    expect(state.get().pending).toHaveLength(1)
    confirm('published first')
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

  it('shows the reason when a message is not delivered', async () => {
    const { addPending, fail, removePending, state } = createConversation()
    for (const id of ['unknown', 'plain']) addPending(id, id)
    fail('unknown', 'Unconfirmed')
    removePending('plain')
    fail('plain', 'not shown')
    await frame()
    expect(state.get()).toMatchObject({ pending: [], lines: [{ text: 'Unconfirmed: “unknown”' }] })
  })

  it('inserts missed messages once, below the notice', async () => {
    const { receive, addNotice, state } = createConversation()
    const chat = (id: string) => ({ type: 'chat' as const, id, person: bob, text: id, at: 0 })
    receive(chat('before'))
    const insertMissed = addNotice('resynchronised')
    receive(chat('after'))
    insertMissed(['before', 'missed', 'missed too', 'after'].map(chat))
    await frame()
    expect(state.get().lines.map(({ text }) => text)).toEqual([
      'before',
      'resynchronised',
      'missed',
      'missed too',
      'after',
    ])
  })

  it('shows at most the newest lines up to its limit', async () => {
    const { receive, state } = createConversation(2)
    for (const text of ['1', '2', '3']) receive({ type: 'echo', text })
    await frame()
    expect(state.get().lines.map(({ text }) => text)).toEqual(['Echo: 2', 'Echo: 3'])
  })

  it.each([null, 7, 'text', [], {}, { type: 'burst' }, { type: 'join' }, { type: 'toString' }, { people: 1 }])(
    'ignores the message %j of another server',
    (message) => {
      const { receive, state } = createConversation()
      receive(message)
      expect(state.get()).toEqual({ users: [], lines: [], pending: [] })
    },
  )
})

import { describe, expect, it } from 'vitest'
import { createConversation } from './conversation.ts'

const frame = (): Promise<number> => new Promise(requestAnimationFrame)
const ada = { id: '1', name: 'Ada' }
const bob = { id: '2', name: 'Bob' }

describe('the conversation', () => {
  it('knows what was said on this very connection', async () => {
    const { receive, state } = createConversation()
    receive({ type: 'welcome', id: '1', people: [ada, bob] })
    receive({ type: 'chat', person: ada, text: 'mine', at: 0 })
    receive({ type: 'chat', person: bob, text: 'not mine', at: 0 })
    await frame()
    expect(state.get().people).toEqual([ada, bob])
    expect(state.get().lines).toMatchObject([{ text: 'mine', mine: true }, { text: 'not mine', mine: false }])
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
    receive({ type: 'chat', person: ada, text: 'in between', at: 0 })
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

  it('shows at most its limit', async () => {
    const { receive, state } = createConversation(2)
    for (const text of ['1', '2', '3']) receive({ type: 'echo', text })
    await frame()
    expect(state.get().lines.map(({ text }) => text)).toEqual(['Echo: 2', 'Echo: 3'])
  })

  it.each([null, 7, 'text', [], {}, { type: 'burst' }, { type: 'join' }, { type: 'toString' }, { people: 1 }])('passes over %j of a foreign server', (message) => {
    const { receive, state } = createConversation()
    receive(message)
    expect(state.get()).toEqual({ people: [], lines: [] })
  })
})

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type TestServer, startTestServer } from './startTestServer.ts'

let server: TestServer
beforeEach(async () => {
  server = await startTestServer()
})
afterEach(() => server.stop())

describe('the chat room', () => {
  it('tells everybody who joins, what is said, and who leaves', async () => {
    const ada = await server.join('Ada')
    const bob = await server.join('Bob')
    expect(await ada.hear('join')).toMatchObject({
      person: { name: 'Bob' },
      people: [{ name: 'Ada' }, { name: 'Bob' }],
    })

    bob.say({ type: 'chat', text: 'hello' })
    expect(await ada.hear('chat')).toMatchObject({ person: { name: 'Bob' }, text: 'hello' })
    expect(await bob.hear('chat')).toMatchObject({ person: { name: 'Bob' }, text: 'hello' })

    bob.socket.close()
    expect(await ada.hear('leave')).toMatchObject({ person: { name: 'Bob' }, people: [{ name: 'Ada' }] })
  })

  it('takes the name from a chat that was queued before the hello', async () => {
    const client = await server.join()
    client.say({ type: 'chat', text: 'late', name: 'Ada' })
    expect(await client.hear('chat')).toMatchObject({ person: { name: 'Ada' }, text: 'late' })
    client.say({ type: 'hello', name: 'Ada' })
    client.say({ type: 'hello', name: 'Eve' })
    expect(await client.hear('rename')).toMatchObject({ before: 'Ada', person: { name: 'Eve' } })
    expect(client.frames.filter((frame) => frame.includes('"join"'))).toHaveLength(1)
  })

  it('answers ping with pong and an echo to its sender alone', async () => {
    const ada = await server.join('Ada')
    const bob = await server.join('Bob')
    ada.say('ping')
    ada.say({ type: 'echo', text: 'only me' })
    expect(await ada.hear('echo')).toEqual({ type: 'echo', text: 'only me' })
    expect(ada.frames).toContain('pong')
    bob.say({ type: 'echo', text: 'only Bob' })
    await bob.hear('echo')
    expect(bob.frames.join()).not.toContain('only me')
  })

  it.each([
    ['nonsense', 'not a JSON object'],
    ['[]', 'type is none'],
    ['null', 'not a JSON object'],
    ['{"type":"hello"}', 'name is missing'],
    ['{"type":"hello","name":" \\u202e "}', 'name is empty'],
    [JSON.stringify({ type: 'hello', name: 'x'.repeat(33) }), 'longer than 32'],
    [JSON.stringify({ type: 'chat', text: 'x'.repeat(2001) }), 'longer than 2000'],
    ['{"type":"chat","text":7}', 'not a string'],
    ['{"type":"chat","text":"a","name":{}}', 'name is not a string'],
    ['{"type":"chat","text":"a","id":7}', 'id is not a string'],
    ['{"__proto__":{"type":"chat","text":"a"}}', 'type is none'],
  ])('answers %s with an error and stays', async (frame, reason) => {
    const client = await server.join()
    client.say(frame)
    expect((await client.hear('error')).reason).toContain(reason)
    client.say('ping')
    client.say({ type: 'echo', text: 'still here' })
    await client.hear('echo')
  })

  it('closes with 1009 on an oversized frame', async () => {
    const client = await server.join()
    client.say('x'.repeat(70_000))
    expect((await client.closed).code).toBe(1009)
  })

  it('ends who floods it, and serves the others meanwhile', async () => {
    const fast = await server.join('Fast')
    const other = await server.join('Other')
    for (let i = 0; i < 8000; i += 1) fast.say({ type: 'echo', text: 'spam' })
    expect((await fast.closed).code).toBe(4005)
    other.say({ type: 'chat', text: 'undisturbed' })
    await other.hear('chat')
  })
})

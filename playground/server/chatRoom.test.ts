import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { type TestClient, type TestServer, startTestServer } from './startTestServer.ts'

let server: TestServer
beforeEach(async () => {
  server = await startTestServer()
})
afterEach(() => server.stop())

describe('the chat room', () => {
  it('sends joins, chat messages and leaves to every user', async () => {
    const ada = await server.join('Ada')
    const bob = await server.join('Bob')
    expect(await ada.next('join')).toMatchObject({
      person: { name: 'Bob' },
      people: [{ name: 'Ada' }, { name: 'Bob' }],
    })

    bob.send({ type: 'chat', text: 'hello' })
    expect(await ada.next('chat')).toMatchObject({ person: { name: 'Bob' }, text: 'hello' })
    expect(await bob.next('chat')).toMatchObject({ person: { name: 'Bob' }, text: 'hello' })

    bob.socket.close(1000)
    expect(await ada.next('leave')).toMatchObject({ person: { name: 'Bob' }, people: [{ name: 'Ada' }] })
  })

  /** Sends the name again, as the page does after a reconnect, and waits for the answer. */
  async function returnAs(name: string): Promise<TestClient> {
    const client = await server.join()
    await client.next('welcome')
    client.send({ type: 'hello', name })
    return client
  }

  it.each(['drop', 'restart'])(
    'announces neither leave nor join of a user that returns soon after %s',
    async (fault) => {
      const clients = [await server.join('Ada'), await server.join('Bob')]
      await server.post(fault, fault === 'restart' ? { seconds: 0 } : {})
      await Promise.all(clients.map(({ closed }) => closed))
      const ada = await returnAs('Ada')
      const { people } = await ada.next('welcome')
      expect(people.map(({ name }) => name).sort()).toEqual(['Ada', 'Bob'])
      const bob = await returnAs('Bob')
      expect((await bob.next('welcome')).people).toHaveLength(2)
      bob.send({ type: 'chat', text: 'back' })
      await ada.next('chat')
      expect(ada.frames.join()).not.toMatch(/"(join|leave)"/)
      expect((await server.stats()).people).toBe(2)
    },
  )

  it('announces the leave of a user that does not return in time', async () => {
    const hasty = await startTestServer({ leaveDelay: 30 })
    onTestFinished(hasty.stop)
    const ada = await hasty.join('Ada')
    const bob = await hasty.join('Bob')
    bob.socket.terminate()
    expect(await ada.next('leave')).toMatchObject({ person: { name: 'Bob' }, people: [{ name: 'Ada' }] })
  })

  it('takes the name from a chat that was queued before the hello', async () => {
    const client = await server.join()
    client.send({ type: 'chat', text: 'late', name: 'Ada' })
    expect(await client.next('chat')).toMatchObject({ person: { name: 'Ada' }, text: 'late' })
    client.send({ type: 'hello', name: 'Ada' })
    client.send({ type: 'hello', name: 'Eve' })
    expect(await client.next('rename')).toMatchObject({ before: 'Ada', person: { name: 'Eve' } })
    expect(client.frames.filter((frame) => frame.includes('"join"'))).toHaveLength(1)
  })

  it('answers ping with pong, and sends an echo back to its sender only', async () => {
    const ada = await server.join('Ada')
    const bob = await server.join('Bob')
    ada.send('ping')
    ada.send({ type: 'echo', text: 'only me' })
    expect(await ada.next('echo')).toEqual({ type: 'echo', text: 'only me' })
    expect(ada.frames).toContain('pong')
    bob.send({ type: 'echo', text: 'only Bob' })
    await bob.next('echo')
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
  ])('answers %s with an error and keeps the connection open', async (frame, reason) => {
    const client = await server.join()
    client.send(frame)
    expect((await client.next('error')).reason).toContain(reason)
    client.send('ping')
    client.send({ type: 'echo', text: 'still here' })
    await client.next('echo')
  })

  it('closes with 1009 after an oversized frame', async () => {
    const client = await server.join()
    client.send('x'.repeat(1_100_000))
    expect((await client.closed).code).toBe(1009)
  })

  it('slows a client down that floods it, and still serves the other clients', async () => {
    const fast = await server.join('Fast')
    const other = await server.join('Other')
    for (let i = 0; i < 8000; i += 1) fast.send({ type: 'echo', text: 'spam' })
    other.send({ type: 'chat', text: 'undisturbed' })
    await other.next('chat')
    await fast.next('echo')
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestServer, startTestServer } from './startTestServer.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

describe('the control channel', () => {
  it.each([
    ['close', {}, 'code'],
    ['close', { code: 1006 }, 'code'],
    ['close', { code: 2000 }, 'code'],
    ['close', { code: 1000.5 }, 'code'],
    ['close', { code: '1000' }, 'code'],
    ['close', { code: 1000, reason: 'ж'.repeat(62) }, 'reason'],
    ['freeze', { what: 'time' }, 'what'],
    ['refuse', { seconds: -1 }, 'seconds'],
    ['refuse', { seconds: 601 }, 'seconds'],
    ['refuse', { seconds: null }, 'seconds'],
    ['refuse', { how: 'politely' }, 'how'],
    ['restart', { announced: 'yes' }, 'announced'],
    ['restart', { seconds: 301 }, 'seconds'],
    ['burst', { count: 0 }, 'count'],
    ['burst', { count: 1.5 }, 'count'],
    ['burst', { count: 100_000, size: 65_536 }, 'size'],
    ['slow', {}, 'delay'],
    ['slow', { delay: 60_001 }, 'delay'],
    ['drop', { force: true }, 'force'],
    ['drop', { clients: 'a b' }, 'clients'],
    ['drop', { clients: '' }, 'clients'],
    ['drop', { clients: null }, 'clients'],
    ['close', { code: 4000, clients: ['a', 7] }, 'clients'],
    ['freeze', { clients: [] }, 'clients'],
    ['unfreeze', { clients: `${'x'.repeat(33)}` }, 'clients'],
    ['slow', { delay: 1, clients: Array(17).fill('a') }, 'clients'],
    ['restart', { clients: 'a' }, 'clients'],
    ['drop?client=a.b.c', {}, 'client'],
    ['drop', [], 'body'],
    ['drop', 'drop{', 'body'],
    ['drop', '{"__proto__": 1}', '__proto__'],
  ])('answers %s with %j by 400 and names %s', async (command, body, field) => {
    const response = await server.post(command, body)
    expect(response.status).toBe(400)
    const { error } = (await response.json()) as { error: { field: string; message: string } }
    expect(error.field).toBe(field)
    expect(error.message).toContain('expected')
  })

  it('accepts an empty body as an empty object', async () => {
    expect((await server.post('drop', '')).status).toBe(200)
  })

  it.each([
    ['an unknown command', 'explode', { method: 'POST' }, 404],
    ['a name every object has', 'constructor', { method: 'POST' }, 404],
    ['a command by GET', 'drop', {}, 405],
    ['stats by POST', 'stats', { method: 'POST' }, 405],
    ['a form', 'drop', { method: 'POST', body: new URLSearchParams({ a: 'b' }) }, 415],
    [
      'a long body',
      'drop',
      { method: 'POST', body: 'x'.repeat(5000), headers: { 'content-type': 'application/json' } },
      413,
    ],
  ])('refuses requests such as %s', async (_, command, init, status) => {
    const response = await fetch(`${server.url}/control/${command}`, init)
    expect(response.status).toBe(status)
    expect(await response.json()).toHaveProperty('error.message')
  })

  it.each([
    'https://evil.example',
    'null',
    'http://127.0.0.1.evil.example',
    'http://localhost.evil.example',
    'nonsense',
  ])('refuses the origin %s', async (origin) => {
    expect((await server.post('reset', {}, { origin })).status).toBe(403)
    expect((await fetch(`${server.url}/control/stats`, { headers: { origin } })).status).toBe(403)
  })

  it.each(['http://localhost:3000', 'http://127.0.0.1:9', 'http://[::1]:80'])(
    'serves pages of this machine: %s',
    async (origin) => {
      expect((await server.post('reset', {}, { origin })).status).toBe(200)
    },
  )
})

describe('the handshake', () => {
  it.each(['a b', '', 'a.b.c', 'x'.repeat(33), 'a&client=b'])('refuses the client name %j with 400', async (name) => {
    const answer = await new Promise((resolve) => {
      server.dial({}, `?client=${name}`).once('unexpected-response', (_, { statusCode }) => resolve(statusCode))
    })
    expect(answer).toBe(400)
  })

  it.each([
    ['a foreign origin', { origin: 'https://evil.example' }, 403],
    ['a foreign host name that points here', { headers: { host: 'evil.example', origin: 'http://evil.example' } }, 403],
  ])('refuses handshakes with %s', async (_, options, status) => {
    const answer = await new Promise((resolve) => {
      server.dial(options).once('unexpected-response', (_request, { statusCode }) => resolve(statusCode))
    })
    expect(answer).toBe(status)
  })

  it('accepts its own origin', async () => {
    await new Promise((resolve) => {
      server.dial({ origin: server.url }).once('open', resolve)
    })
  })
})

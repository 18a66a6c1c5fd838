import { createHub, HubError, type User } from '@holdfast/server'

/** Your function: returns the user of a token, or undefined. */
type Lookup = (token: string | undefined) => Promise<User | undefined>

export const serve = (port: number, userOf: Lookup) => {
  const hub = createHub({
    port,
    allowedOrigins: ['https://chat.example.org'], // other pages get 403
    authenticate: ({ token }) => userOf(token), // undefined closes with 4501
    authorize: (user, stream) => stream === 'lobby' || stream === `user:${user.id}`,
    limits: { rate: 20, burst: 40, connections: 10_000 },
    presence: (stream) => stream === 'lobby',
  })
  hub.on('message', (message, { user }) => {
    if (typeof message !== 'string' || message.length > 500) throw new HubError('bad-line', 'up to 500 characters')
    return hub.publish('lobby', { from: user.id, text: message })
  })
  hub.on('request', () => hub.presence('lobby'))
  return hub
}

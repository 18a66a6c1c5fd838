import { createHub, HubError, type User } from '@holdfast/server'

const logins = new Map<string, User>([['of ann', { id: 'ann' }]]) // stands for a table that your login writes

export const hub = createHub({
  port: Number(process.env['PORT'] ?? 8080), // also answers /healthz and /readyz
  path: '/ws',
  authenticate: ({ token }) => logins.get(`${token}`) ?? null, // null closes with 4501
  authorize: (user, stream) => stream === 'lobby' || stream === `user:${user.id}`,
  limits: { connections: 5000, perAddress: 20 },
})
hub.on('message', (message, { user }) => {
  if (typeof message !== 'string' || message.length > 500) throw new HubError('bad-line', 'up to 500 characters')
  return hub.publish('lobby', { from: user.id, text: message })
})
hub.on('error', (error) => console.error(error))

export const stop = async () => {
  await hub.drain({ window: 10_000 }) // clients reconnect within a second of their close
  await hub.close()
}
process.once('SIGTERM', stop)

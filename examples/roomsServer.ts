import { createHub, HubError } from '@holdfast/server'

const rooms = ['hall', 'kitchen', 'attic']
export const hub = createHub({
  port: Number(process.env['PORT'] ?? 8080),
  presence: true, // sends `members`
  authorize: (_user, stream) => rooms.includes(stream), // who may read
})

hub.on('message', (line, { channel = 'hall' }) => {
  if (!rooms.includes(channel)) throw new HubError('no-room', 'there is no such room')
  return hub.publish(channel, line)
})

import type { IncomingMessage } from 'node:http'
import { createHub } from '@holdfast/server'

export const serve = (port: number, blocked: Set<string>) => {
  const addressOf = (request: IncomingMessage) => `${request.headers['x-forwarded-for']}` // set by the proxy
  const hub = createHub({
    port,
    address: addressOf,
    limits: { perAddress: 100 },
    beforeUpgrade: (request) => !blocked.has(addressOf(request)), // false answers 403
  })
  hub.on('refuse', ({ reason, address }) => {
    if (reason === 'rate') console.log(`${address} has too many connections`)
  })
  return hub
}

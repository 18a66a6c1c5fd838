// ESM in Node: a hub, and a client that is disconnected and misses no message.

import { createWebSocket, json } from '@holdfast/core'
import { session } from '@holdfast/core/recovery'
import { createHub } from '@holdfast/server'
import { createFaultProxy } from '@holdfast/server/testing'
import { WebSocket } from 'ws'

const hub = createHub({ port: 0, host: '127.0.0.1' })
hub.on('message', (message) => hub.publish('chat', message))
await hub.ready
const proxy = await createFaultProxy({ target: hub.port })
const client = createWebSocket(proxy.url, { WebSocket, codec: json(), session: session({ streams: ['chat'] }) })
const received = []
const all = new Promise((resolve) => client.on('message', (message) => received.push(message) === 2 && resolve()))
await client.deliver('before')
proxy.cut()
await hub.publish('chat', 'meanwhile')
await all
console.log(received.join(', '))
client.dispose()
await proxy.close()
await hub.close()

// ESM in Node: a message is sent and echoed, and rendering each adapter on a server opens no connection.

import assert from 'node:assert/strict'
import { createWebSocket } from '@holdfast/core'
import { eventSource } from '@holdfast/core/event-source'
import { createFakeClock } from '@holdfast/core/testing'
import { useWebSocket as useInReact } from '@holdfast/react'
import { useWebSocket as useInVue } from '@holdfast/vue'
import { createElement } from 'react'
import { renderToString as renderReact } from 'react-dom/server'
import { createSSRApp, h } from 'vue'
import { renderToString as renderVue } from 'vue/server-renderer'
import { WebSocket, WebSocketServer } from 'ws'

assert.equal(typeof createFakeClock, 'function')

const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
let connections = 0
server.on('connection', (socket) => {
  connections++
  socket.on('message', (data, binary) => socket.send(data, { binary }))
})
await new Promise((resolve) => server.once('listening', resolve))
const url = `ws://127.0.0.1:${server.address().port}`

const react = createElement(() => createElement('p', null, useInReact(url, { WebSocket }).status))
assert.equal(renderReact(react), '<p>connecting</p>')
const vue = createSSRApp({
  setup() {
    const { status } = useInVue(url, { WebSocket })
    return () => h('p', status.value)
  },
})
assert.equal(await renderVue(vue), '<p>connecting</p>')

const client = createWebSocket(url, { WebSocket })
client.on('open', () => client.send('hello'))
const echoed = await new Promise((resolve) => client.on('message', resolve))
assert.equal(echoed, 'hello')
client.dispose()
assert.equal(connections, 1)

const response = new Response('data: event\n\n', { headers: { 'content-type': 'text/event-stream' } })
const events = createWebSocket(url, { transport: eventSource({ fetch: async () => response }) })
assert.equal(await new Promise((resolve) => events.on('message', resolve)), 'event')
events.dispose()
server.close()

// The entry points of the core share objects, so their mangled private names must agree. Prints what a component would show.

import { createStreamView, createWebSocket, json } from '@holdfast/core'
import { createOwnedClient, createTrackedSnapshot } from '@holdfast/core/adapter'
import { session } from '@holdfast/core/recovery'
import { scriptedTransport } from '@holdfast/core/testing'

const transport = scriptedTransport()
const welcome = { t: 'welcome', v: 1, sid: 's', key: 'k', resumed: false, cseq: 0, hb: [25_000, 10_000], streams: {} }
const options = { transport, codec: json(), session: session(), pace: 'sync', environment: false }

const client = createWebSocket('ws://test/', options)
const view = createStreamView(client, 'room')
const unsubscribe = view.subscribe(() => {})
const tracked = createTrackedSnapshot(client)
tracked.track('status')
let notifications = 0
tracked.subscribe(() => notifications++)

transport.last.open({ protocol: 'holdfast.v1.json' })
transport.last.receive(JSON.stringify(welcome))
transport.last.receive(JSON.stringify({ t: 'sub', s: 'room', at: ['e', 0, 'fresh'] }))
transport.last.receive(JSON.stringify({ t: 'msg', s: 'room', off: 1, d: 'hello' }))
const sub = transport.last.sent.some((frame) => frame.includes('"room"'))
console.log(tracked.get().status, sub, notifications > 0, view.get().messages[0]?.message, client.sessionId)
unsubscribe()
client.dispose()

const rendered = { transport, environment: false }
const owned = createOwnedClient('ws://test/', rendered, { current: rendered })
const release = owned.retain()
transport.last.open()
console.log(owned.get().status)
release()
owned.dispose()

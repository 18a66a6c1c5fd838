// The public types in CommonJS: those of the `require` condition. Only compiled, never run.

import core = require('@holdfast/core')
import recovery = require('@holdfast/core/recovery')
import testing = require('@holdfast/core/testing')
import react = require('@holdfast/react')
import server = require('@holdfast/server')
import faults = require('@holdfast/server/testing')
import vue = require('@holdfast/vue')

export const client: core.WebSocketClient = core.createWebSocket('wss://example.org')
export const adapters = [react.useWebSocket, vue.useWebSocket]
export const fakes = [testing.createFakeClock, faults.createFaultProxy]
export const session: ReturnType<typeof recovery.session> = recovery.session()
export const hub: server.Hub = server.createHub({ noServer: true })

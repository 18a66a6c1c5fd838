// The public types as CommonJS meets them: those of the `require` condition. Only compiled, never run.

import core = require('@holdfast/core')
import testing = require('@holdfast/core/testing')
import react = require('@holdfast/react')
import vue = require('@holdfast/vue')

export const client: core.WebSocketClient = core.createWebSocket('wss://example.org')
export const adapters = [react.useWebSocket, vue.useWebSocket]
export const fakes = [testing.createFakeClock]

// CommonJS in Node: every entry can be required.

const assert = require('node:assert/strict')

assert.equal(typeof require('@holdfast/core').createWebSocket, 'function')
assert.equal(typeof require('@holdfast/core/testing').createFakeClock, 'function')
assert.equal(typeof require('@holdfast/core/recovery').session, 'function')
assert.equal(typeof require('@holdfast/core/event-source').eventSource, 'function')
assert.equal(typeof require('@holdfast/server').createHub, 'function')
assert.equal(typeof require('@holdfast/vue').useWebSocket, 'function')
assert.equal(typeof require('@holdfast/react').useWebSocket, 'function')

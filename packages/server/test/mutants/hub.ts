/** Mutants of the hub, its node, its end and its numbers. */

import type { MutatedFile } from '../../../../scripts/mutate/mutant.ts'

const hubs = [
  'server/test/connectionEnd',
  'server/test/hub',
  'server/test/mounting',
  'server/test/bounds',
  'server/test/release',
  'server/test/refusals',
]
const nodes = [
  'server/test/nodes',
  'server/test/hub',
  'server/test/drain',
  'server/test/release',
  'server/test/shutdown',
  'server/test/lostSessions',
  'server/test/sessionEnd',
  'server/test/metrics',
  'server/test/stream.test',
  'server/test/userAnswers',
]

export const hubMutants: readonly MutatedFile[] = [
  {
    file: 'server/src/hub.ts',
    tests: [...hubs, 'server/test/shutdown', 'server/test/health'],
    mutants: [
      ['connections of the own server outlive close()', 'ownServer.closeAllConnections()', ''],
      ['upgrades are taken after close()', 'unmount?.()', ''],
      ['upgrades that wait for the application survive close()', 'upgrades.close()', ''],
      [
        'a server that is still looking up its host name listens after close()',
        'if (closing) ownServer.close() // closed',
        '// closed',
      ],
      ['a second close() does the work again', 'closing ??= close()', 'close()'],
      ['a port that is in use is not reported', 'ready.catch(node.report)', 'ready.catch(() => undefined)'],
      ['two sources of upgrades are accepted', 'sources === 1', 'sources > 0'],
      ['a port of 65 536 is accepted', 'port <= 65_535', 'port <= 65_536'],
      ['a hub is ready while it drains', 'draining: !node.accepting', 'draining: false'],
      ['a hub is ready without its store', 'store: !node.storeUp', 'store: false'],
    ],
  },
  {
    file: 'server/src/node.ts',
    tests: nodes,
    mutants: [
      ['a client that has gone stays in memory', 'peers.delete(linkNumber)', ''],
      ['connections that have closed are counted', 'stats.connections--', ''],
      ['timers stay after close()', 'timers.clear()', ''],
      ['a store that is shared is closed', 'if (context.ownsStore) await', 'await'],
      [
        'a client that arrives during close() stays',
        "peer.link.close(CLOSE_CODES.serviceRestart, 'going away', [0, 1000])",
        '',
      ],
      ['a socket that does not close outlives close()', 'for (const { link } of peers.values()) link.terminate()', ''],
      ['publish() succeeds after close()', 'closed = true', ''],
      ['a detach for another node is executed', 'if (node !== context.name) return', ''],
      ['close() waits for clients that have gone', 'if (peers.size === 0) onNoPeers?.()', ''],
      ['close() waits for sockets that have closed', 'if (stats.connections === 0) onNoConnections?.()', ''],
      ['a drain and close() report the same listeners', 'isReported ||= !isDone', ''],
      ['a listener that hangs is not reported by close()', 'if (!isDone && !isReported)', 'if (!isDone && false)'],
      ['sessionEnd is emitted for a session that is used on another node', 'sessionEnds.forget(sessionId)', ''],
      ['only the first hundred sessions are stored again', 'index += TOUCH_BATCH', 'index += Infinity'],
      [
        'a failure to store the sessions again ends the process',
        'touchSessions().catch(context.report)',
        'void touchSessions()',
      ],
      [
        'a client that arrives during a drain is not counted as refused',
        "context.refuse('draining', { code: CLOSE_CODES.serviceRestart }, request)",
        '',
      ],
      ['a window may be longer than the deadline', 'window: Math.min(window, timeout)', 'window'],
      ['published messages are not counted', 'stats.published++', ''],
      ['clients are accepted during close()', 'accepting = false\n    const step', 'const step'],
      ['members stay in the store after close()', "await step('the store to remove presence', presence.close)", ''],
      [
        'listeners stay on the store after close()',
        "await step('the store to remove a listener', () => unsubscribe?.())",
        '',
      ],
      ['the return of the store is an error', 'if (!up) context.reportOutage', 'context.reportOutage'],
      ['a gap of the store is not repaired', 'streams.catchUp()\n', ''],
      ['the messages of clients that wait are not counted', 'copy.backlog += tasks', ''],
      ['bytes that wait to be sent are not counted', 'copy.bufferedBytes += peer.link.socket.bufferedAmount', ''],
      ['stats() returns the numbers that it goes on counting', 'structuredClone(stats)', 'stats'],
    ],
  },
  {
    file: 'server/src/clock.ts',
    tests: [
      'server/test/nodes',
      'server/test/drain',
      'server/test/wallClock',
      'server/test/release',
      'server/test/shutdown',
      'server/test/bounds',
    ],
    mutants: [
      ['a timer that has fired is kept', 'active.delete(cancel)\n      callback()', 'callback()'],
      [
        'a timer that was cancelled is kept',
        'clock.clearTimeout(handle)\n      active.delete(cancel)',
        'clock.clearTimeout(handle)',
      ],
      ['a cancelled timer fires', 'clock.clearTimeout(handle)\n      active.delete(cancel)', 'active.delete(cancel)'],
      ['a timer is set after the end', 'cleared = true\n', ''],
      ['a wait after the end never ends', 'onCleared?.()\n      return', 'return'],
      ['a wait at the end never ends', 'cancel()\n        onCleared?.()', 'cancel()'],
      ['a long delay fires at once', 'Math.min(delay, LONGEST_DELAY)', 'delay'],
      ['the timer of a wait that has ended stays', '.finally(cancel)', ''],
      ['the wall clock measures durations', 'clock.monotonic?.() ?? clock.now()', 'clock.now()'],
    ],
  },
  {
    file: 'server/src/drain.ts',
    tests: ['server/test/drain', 'server/test/nodes', 'server/test/shutdown'],
    mutants: [
      ['a drain does not wait for tasks', 'timers.within(timeLeft, unfinished.finished)', 'true'],
      ['a late drain is a rush', 'Math.max(interval * SHORTEST_SHARE, ', 'Math.max(0, '],
      ['late timers delay a drain', 'Math.min(interval, remaining)', 'interval'],
      [
        'a drain without a window closes no client',
        'Math.max(1, Math.min(Math.ceil(window / BATCH_INTERVAL), peers.length))',
        'Math.min(Math.ceil(window / BATCH_INTERVAL), peers.length)',
      ],
      ['a drain waits after its last batch', 'if (batch < batches && !(await', 'if (!(await'],
      [
        'a drain goes on after close()',
        '!(await timers.sleep(wait))) return true',
        '!(await timers.sleep(wait)) && false) return true',
      ],
      ['a drain that close() has ended reports its tasks again', ' || timers.isCleared', ''],
      ['the deadline begins after the window', 'Math.max(0, startedAt + timeout - monotonicNow(clock))', 'timeout'],
      ['close() repeats the report of a drain', 'return false', 'return true'],
      [
        'a batch closes one client more',
        'Math.round((peers.length * batch) / batches)',
        'Math.round((peers.length * batch) / batches) + 1',
      ],
    ],
  },
  {
    file: 'server/src/unfinished.ts',
    tests: ['server/test/shutdown'],
    mutants: [
      ['a client that has finished is reported', 'busy.delete(id)', ''],
      ['an empty report is emitted', 'if (busy.size === 0) return', ''],
      ['ten names are followed by "0 more"', 'if (busy.size > MAX_NAMES)', 'if (busy.size >= MAX_NAMES)'],
      ['an error names all clients', '.slice(0, MAX_NAMES)', ''],
      [
        'a client is reported with the listener of another one',
        '.connection.id === id',
        '.connection.id !== undefined',
      ],
    ],
  },
  {
    file: 'server/src/shutdown.ts',
    tests: ['server/test/shutdown'],
    mutants: [
      ['a step that fails is not reported', 'report(error)', ''],
      [
        'a step that hangs is awaited',
        'if (await timers.within(STEP_TIMEOUT, run())) return',
        'if ((await run()) === undefined) return',
      ],
      [
        'a step that hangs is not reported',
        'report(new UnfinishedError(`close: no longer waits after ${STEP_TIMEOUT} ms for ${name}`))',
        '',
      ],
      [
        'a step that fails ends close()',
        '} catch (error) {\n        report(error)',
        '} catch (error) {\n        throw error',
      ],
    ],
  },
  {
    file: 'server/src/health.ts',
    tests: ['server/test/health'],
    mutants: [
      ['a hub is ready for any reason', 'reasons.length === 0', 'true'],
      ['HEAD is not answered', " || request.method === 'HEAD'", ''],
      [
        'any method is answered',
        "request.method === 'GET' || request.method === 'HEAD' ? pathOf(request) : undefined",
        'pathOf(request)',
      ],
      ['a hub that is not ready answers 200', 'state.ready ? 200 : 503', '200'],
      [
        'a hub that is not ready is not alive',
        'return [200, { alive: true }]',
        'return [health().ready ? 200 : 503, { alive: true }]',
      ],
      ['a cache may answer a probe', ", 'cache-control': 'no-store'", ''],
    ],
  },
  {
    file: 'server/src/metrics/histogram.ts',
    tests: ['server/test/metrics'],
    mutants: [
      ['a duration at a bound is in the next bucket', 'ms > BUCKETS[bucket]! * 1000', 'ms >= BUCKETS[bucket]! * 1000'],
      ['a duration above all bounds is not a number', 'BUCKETS.length + 1', 'BUCKETS.length'],
      ['durations are not added', 'histogram.sum += ms', ''],
      ['each duration replaces the histogram', 'if (!histogram) {', '{'],
    ],
  },
  {
    file: 'server/src/metrics/metrics.ts',
    tests: ['server/test/metrics'],
    mutants: [
      ['buckets are not cumulative', 'count += inBucket', 'count = inBucket'],
      ['a sum is in milliseconds', 'sum / 1000', 'sum'],
      ['a backslash in a label is not escaped', ".replaceAll('\\\\', String.raw`\\\\`)", ''],
      ['a quote in a label is not escaped', '.replaceAll(\'"\', String.raw`\\"`)', ''],
      ['a line break in a label is not escaped', ".replaceAll('\\n', String.raw`\\n`)", ''],
      ['metrics of one name replace each other', 'families.get(name) ?? header', 'header'],
      ['a store that cannot be reached is up', "Number((value as Stats['store']).up)", '1'],
      ['a counter is a gauge', "name.endsWith('_total') ? 'counter' : 'gauge'", "'gauge'"],
      ['the last line does not end', "`${lines.join('\\n')}\\n`", "lines.join('\\n')"],
    ],
  },
  {
    file: 'server/src/metrics/measuredStore.ts',
    tests: ['server/test/metrics', 'server/test/hub'],
    mutants: [
      [
        'a call that fails is not measured, and ends the process',
        'result.then(observe, observe)',
        'void result.then(observe)',
      ],
      ['a method of the store is called without its object', '.apply(store, args)', '.apply(undefined, args)'],
      [
        'the time of a call is measured from its answer',
        'monotonicNow(clock) - startedAt',
        'monotonicNow(clock) - monotonicNow(clock)',
      ],
      [
        'an optional member of the store is a method',
        "if (typeof members[name] !== 'function') return members[name]",
        '',
      ],
    ],
  },
]

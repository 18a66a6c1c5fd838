/** Mutants of what all clients of a node share: calls of the application, timers, limits, listeners. */

import type { MutatedFile } from '../../../../scripts/mutate/mutant.ts'

export const contextMutants: readonly MutatedFile[] = [
  {
    file: 'server/src/context/callbacks.ts',
    tests: [
      'server/test/callbacks',
      'server/test/userAnswers',
      'server/test/ownership',
      'server/test/refusals',
      'server/test/release',
    ],
    mutants: [
      ['the deadline of an answer stays after it', '.finally(cancel)', ''],
      [
        'an answer that never comes is awaited forever',
        'reject(new Error(`no answer within ${limits.hello} ms`))',
        'undefined',
      ],
      [
        'a refusal counts as a failure',
        'throw isHubError(thrown) ? thrown : callbackError(call, thrown)',
        'throw callbackError(call, thrown)',
      ],
      ['a failure of a permission is silent', 'if (isHubError(error)) return false\n    throw error', 'return false'],
      [
        'a failure of a permission that is needed at once is silent',
        'if (isHubError(thrown)) return false\n    throw callbackError(call, thrown)',
        'return false',
      ],
      ['any answer permits', 'return answer === true', 'return Boolean(answer)'],
      [
        'an answer of the wrong type is not reported',
        "if (typeof answer !== 'boolean') reportAnswer",
        'if (false) reportAnswer',
      ],
      ['a rejection that is not awaited ends the process', 'ignoreRejection(answer)\n  return isYes', 'return isYes'],
      ['a secret of the query is reported', 'authorization, protocols, query].join', 'authorization, protocols].join'],
      ['a cookie is reported', '[cookie, authorization', '[authorization'],
      ['a subprotocol with a token is reported', 'authorization, protocols, query', 'authorization, query'],
      ['the header Authorization is reported', '[cookie, authorization, ', '[cookie, '],
      ['a secret that was decoded is reported', '[value, decode(value)]', '[value]'],
      ['the token is reported', 'token ? [token, ...secrets] : secrets', 'secrets'],
      ['a part of a secret is reported', 'secrets.some((secret) => secret.includes(word))', 'false'],
      ['short words of a header are removed from an error', 'length >= SHORTEST_SECRET', 'length > 0'],
      ['the text of an error has no limit', '.slice(0, LONGEST_PROBLEM)', ''],
      ['the stack of an error has no limit', '.slice(0, LONGEST_STACK)', ''],
      [
        'an error with the request as its cause is reported',
        'seesRequest ? undefined : { cause: thrown }',
        '{ cause: thrown }',
      ],
      ['an error of the application has no cause', 'seesRequest ? undefined : { cause: thrown }', 'undefined'],
      [
        'an error that cannot be read ends the process',
        '} catch {\n    // A getter of the error throws.\n  }',
        '} finally {\n  }',
      ],
      [
        'a value of a header that cannot be decoded ends the process',
        'return decodeURIComponent(text)\n  } catch {\n    return text\n  }',
        'return decodeURIComponent(text)\n  } finally {\n  }',
      ],
      ['an answer of the wrong type is reported with the token', 'redact(problem, secretsOf(call))', 'problem'],
    ],
  },
  {
    file: 'server/src/context/address.ts',
    tests: ['server/test/userAnswers', 'server/test/refusals'],
    mutants: [
      ['an address has no limit', ' && answer.length <= LONGEST_ADDRESS', ''],
      ['an empty address lifts the bound', "answer !== '' && ", ''],
      ['an IPv4 client has another address on an IPv6 socket', "?.replace(/^::ffff:(?=\\d+\\.)/, '')", ''],
      ['each address of an IPv6 network has a bound of its own', '.slice(0, 4)', ''],
      ['a promise that rejects ends the process', 'ignoreRejection(answer)', ''],
      ['an error is not reported', 'context.report(callbackError(call, error))', ''],
      [
        'an answer of the wrong type is not reported',
        'reportAnswer(context, call, `expected a string',
        'void (`expected a string',
      ],
      [
        'short forms of an IPv6 address count as other networks',
        '8 - front.length - back.length',
        '7 - front.length - back.length',
      ],
    ],
  },
  {
    file: 'server/src/context/sharedTimer.ts',
    tests: ['server/test/sharedTimer', 'server/test/bounds'],
    mutants: [
      ['an item is due a turn later', 'dueTime > now', 'dueTime >= now'],
      [
        'an item that is added again when it is due is lost',
        'this._dueTimes.delete(item)\n      this._onDue(item)',
        'this._onDue(item)\n      this._dueTimes.delete(item)',
      ],
      ['each item has a timer of its own', 'if (!this._cancel) this._schedule', 'this._schedule'],
      [
        'the timer stays without items',
        '|| this._dueTimes.size > 0) return\n    this._cancel?.()',
        '|| this._dueTimes.size > 0) return',
      ],
      [
        'no timer starts after the last item was deleted',
        'this._cancel?.()\n    this._cancel = undefined\n  }',
        'this._cancel?.()\n  }',
      ],
      [
        'an item that is added meanwhile has a timer of its own',
        'this._cancel?.()\n    this._cancel = undefined\n    for',
        'this._cancel = undefined\n    for',
      ],
      ['no timer starts after all items were due', 'this._cancel = undefined\n    for', 'for'],
      ['an item waits for the delay of an earlier one', 'dueTime - now', 'this._delay'],
      ['the first deleted item stops the timer of all', ' || this._dueTimes.size > 0) return', ') return'],
      ['an item is due again and again', 'this._dueTimes.delete(item)\n      this._onDue(item)', 'this._onDue(item)'],
    ],
  },
  {
    file: 'server/src/context/heartbeats.ts',
    tests: ['server/test/bounds', 'server/test/connectionEnd'],
    mutants: [
      ['input before the ping counts as an answer', 'target.isActive = false', ''],
      ['bytes before the ping count as an answer', 'target.bytesAtPing = target.bytesRead()', ''],
      ['a long upload counts as silence', ' || target.bytesRead() !== target.bytesAtPing', ''],
      [
        'a connection that the ping has closed times out',
        'this._beforeTimeout.add(target)\n      target.sendPing()',
        'target.sendPing()\n      this._beforeTimeout.add(target)',
      ],
      ['the interval begins after the timeout', 'Math.max(0, interval - timeout)', 'interval'],
      ['a connection that has closed is pinged', 'this._beforeFirstPing.delete(target)', ''],
      ['a connection that has closed after a ping times out', 'this._beforeTimeout.delete(target)', ''],
      ['a connection that has closed between pings is pinged', 'this._beforeNextPing.delete(target)', ''],
      ['a silent connection stays', 'else target.onHeartbeatTimeout()', ''],
      [
        'only one ping is sent',
        'if (target.isActive || target.bytesRead() !== target.bytesAtPing) this._beforeNextPing.add(target)\n      else',
        'if (!target.isActive && target.bytesRead() === target.bytesAtPing)',
      ],
      [
        'a timeout above the interval is an error of the clock',
        'Math.max(0, interval - timeout)',
        'interval - timeout',
        'Timers treat a negative delay as 0.',
      ],
    ],
  },
  {
    file: 'server/src/context/limits.ts',
    tests: ['server/test/hub', 'server/test/bounds'],
    mutants: [
      ['a limit of 0 is accepted', 'value > 0', 'value >= 0'],
      ['a text is accepted as a limit', "typeof value === 'number' && ", ''],
      ['the given limits are ignored', '{ ...DEFAULTS, ...given }', '{ ...given, ...DEFAULTS }'],
      ['a misspelt limit is accepted', "checkNames('limits.', given, Object.keys(DEFAULTS))", ''],
    ],
  },
  {
    file: 'server/src/context/hubContext.ts',
    tests: ['server/test/hub', 'server/test/refusals', 'server/test/userAnswers', 'server/test/redis/outages'],
    mutants: [
      ['each call during an outage is an error', 'if (store.up === false && isUnavailable(error)) return', ''],
      ['no error is reported during an outage', 'store.up === false && isUnavailable(error)', 'store.up === false'],
      [
        'an error listener that throws is called again and again',
        "event === 'error' ? writeError(error) : report(error)",
        'report(error)',
      ],
      ['refusals are not counted by reason', 'stats.refusals[reason]++', ''],
      ['refusals are not counted', 'stats.refused++', ''],
      ['an endless heartbeat is accepted', 'value > 0 && value < Infinity', 'value > 0'],
      [
        'an option that is given as undefined opens the hub',
        'if (!Object.hasOwn(options, name)) return',
        'if ((options as Record<string, unknown>)[name] === undefined) return',
      ],
      ['errors are not counted', 'stats.errors++', ''],
      [
        'an error without a listener is lost',
        "if (events.listenerCount('error') === 0) writeError(error)\n    else",
        '',
      ],
      [
        'an error that the console cannot write ends the process',
        'try {\n    console.error(error)\n  } catch {\n    console.error',
        'try {\n    console.error(error)\n  } finally {\n    console.error',
      ],
    ],
  },
  {
    file: 'server/src/context/reportEvictions.ts',
    tests: ['server/test/memoryStore', 'server/test/release'],
    mutants: [
      ['each eviction is an event', 'if (monotonicNow(clock) - lastEventAt < INTERVAL) return', ''],
      ['only the first eviction is an event', 'lastEventAt = monotonicNow(clock)', 'lastEventAt = Infinity'],
      [
        'an eviction is reported twice',
        "events.emit('evict', { kind, count })\n    count = 0",
        "events.emit('evict', { kind, count })",
      ],
      ['the store is listened to after close()', 'unsubscribe?.()', 'undefined'],
      ['evictions are not counted', 'stats.evicted++', ''],
      ['an event at its interval is left out', '- lastEventAt < INTERVAL', '- lastEventAt <= INTERVAL'],
    ],
  },
  {
    file: 'server/src/context/emitter.ts',
    tests: [
      'server/test/connectionEnd',
      'server/test/deliveries',
      'server/test/userAnswers',
      'server/test/shutdown',
      'server/test/metrics',
    ],
    mutants: [
      ['a listener stays', 'filter((other) => other !== entry)', 'filter(() => true)'],
      ['a listener that is added twice is removed twice', 'other !== entry', 'other.listener !== entry.listener'],
      ['a listener that has returned is reported as running', 'calls.delete(call)', ''],
      ['the last result is the reply', 'if (first === undefined) first = result', 'first = result'],
      ['listeners are not measured', 'timer.onReturn(name, timer.now() - call.startedAt)', ''],
      [
        'a thenable of another library that rejects is not reported',
        'if (Object(result) === result)',
        'if (result instanceof Promise)',
      ],
      ['an error of a listener is not reported', '} catch (error) {\n          onError(error, name)', '} catch {'],
    ],
  },
  {
    file: 'server/src/context/writeBatcher.ts',
    tests: ['server/test/writeBatcher'],
    mutants: [
      ['sockets are uncorked in every later tick', 'held = []\n', ''],
      ['a socket is corked twice', 'if (socket.writableCorked > 0) return', ''],
      ['each socket has a tick of its own', 'held.push(socket) === 1', 'held.push(socket) >= 1'],
    ],
  },
]

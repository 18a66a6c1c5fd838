/** The machine as a table: for each state the events that change it, the next state and the effects. All other events are ignored. */

/** What ends a state in which a connection is wanted, and how a connection or a dial that has ended goes on. */
const ENDED = `
    lost yes                            | waiting retry 3          | detach close retry
    lost pending                        | waiting decision 3       | detach close
    lost no                             | closed                   | detach close stop
    timerFired yes                      | waiting retry 3          | detach close retry
    timerFired pending                  | waiting decision 3       | detach close
    timerFired no                       | closed                   | detach close stop`
const UNWANTED = `
    close                               | closed                   | detach close
    release                             | closed                   | detach
    hide                                | waiting                  | detach`
const AGAIN = `
    reconnect eager                     | reconnecting new         | detach dial
    reconnect !eager                    | waiting retry 1          | detach retry`

const OPENS = `
    opened !onConnect                   | open interval 2          | flush open
    opened onConnect                    | reconnecting onConnect 2 | connect`

const OPEN = `
    lost yes !stable                    | waiting retry 3          | detach close retry
    lost yes stable                     | waiting retry 1          | detach close retry
    lost pending !stable                | waiting decision 3       | detach close
    lost pending stable                 | waiting decision 1       | detach close
    lost no                             | closed                   | detach close stop
    close                               | closing                  | startClose
    reconnect eager                     | reconnecting new         | detach dial close
    reconnect !eager                    | waiting retry 1          | detach close retry
    release                             | closed                   | detach close
    hide                                | waiting                  | detach close`
const DEADLINE = `
    activity                            | open interval 2          |
    ended                               | open closeTimeout 2      |
    timerFired tolerated                | open interval 2          |
    timerFired !late !tolerated yes !stable     | waiting retry 3    | detach close retry
    timerFired !late !tolerated yes stable      | waiting retry 1    | detach close retry
    timerFired !late !tolerated pending !stable | waiting decision 3 | detach close
    timerFired !late !tolerated pending stable  | waiting decision 1 | detach close
    timerFired !late !tolerated no      | closed                   | detach close stop`

/**
 * Left: the event, and the flags and rules that must hold or, after `!`, must not hold; `yes`, `no` and `pending` are the decision.
 * Middle: the next state, its timer unless the state implies it, its attempt unless 0, `waits` unless equal to the attempt, the hint if
 * there is one, and `new` for the next socket number. Right: effects, then notifications.
 */
export const chart: Record<string, string> = {
  'closed': `
    open                                | connecting new           | detach dial
    reconnect                           | connecting new           | detach dial`,

  'connecting': `
    opened !onConnect                   | open interval            | flush open
    opened onConnect                    | connecting onConnect     | connect
    lost yes                            | waiting retry 1          | detach close retry
    lost pending                        | waiting decision 1       | detach close
    lost no                             | closed                   | detach close stop
    timerFired yes                      | waiting retry 1          | detach close retry
    timerFired pending                  | waiting decision 1       | detach close
    timerFired no                       | closed                   | detach close stop
    wake slow eager                     | connecting new           | detach dial
    wake slow !eager                    | connecting hint wake     |
    wake !slow                          | connecting hint wake     |
    online slow eager                   | connecting new           | detach dial
    online slow !eager                  | connecting hint online   |
    online !slow                        | connecting hint online   |
    reconnect eager                     | connecting new           | detach dial
    reconnect !eager                    | waiting retry 1          | detach retry
    ${UNWANTED}`,

  'connecting hint wake': `
    opened !onConnect                   | open interval            | flush open
    opened onConnect                    | connecting onConnect hint wake | connect
    lost yes eager                      | reconnecting 1 waits 0 new | detach dial close
    lost yes !eager                     | waiting retry 1          | detach close retry
    lost pending                        | waiting decision 1 hint wake | detach close
    lost no                             | closed                   | detach close stop
    timerFired yes eager                | reconnecting 1 waits 0 new | detach dial close
    timerFired yes !eager               | waiting retry 1          | detach close retry
    timerFired pending                  | waiting decision 1 hint wake | detach close
    timerFired no                       | closed                   | detach close stop
    wake slow eager                     | connecting new           | detach dial
    online slow eager                   | connecting new           | detach dial
    reconnect eager                     | connecting new           | detach dial
    reconnect !eager                    | waiting retry 1          | detach retry
    ${UNWANTED}`,

  'reconnecting, after the page was away': `
    opened !onConnect                   | open interval            | flush open
    opened onConnect                    | reconnecting onConnect   | connect
    lost yes                            | waiting retry 1          | detach close retry
    lost pending                        | waiting decision 1       | detach close
    lost no                             | closed                   | detach close stop
    timerFired yes                      | waiting retry 1          | detach close retry
    timerFired pending                  | waiting decision 1       | detach close
    timerFired no                       | closed                   | detach close stop
    wake slow eager                     | reconnecting new         | detach dial
    wake slow !eager                    | reconnecting hint wake   |
    wake !slow                          | reconnecting hint wake   |
    online slow eager                   | reconnecting new         | detach dial
    online slow !eager                  | reconnecting hint online |
    online !slow                        | reconnecting hint online |
    ${AGAIN}${UNWANTED}`,

  'reconnecting 2': `
    wake slow eager                     | reconnecting 2 waits 0 new | detach dial
    wake slow !eager                    | reconnecting 2 hint wake |
    wake !slow                          | reconnecting 2 hint wake |
    online slow                         | waiting onlineJitter 2 waits 0 | detach retry
    online !slow                        | reconnecting 2 hint online |
    ${OPENS}${ENDED}${AGAIN}${UNWANTED}`,

  'reconnecting 2 hint wake': `
    opened !onConnect                   | open interval 2          | flush open
    opened onConnect                    | reconnecting onConnect 2 hint wake | connect
    lost yes eager                      | reconnecting 3 waits 0 new | detach dial close
    lost yes !eager                     | waiting retry 3 waits 1  | detach close retry
    lost pending                        | waiting decision 3 hint wake | detach close
    lost no                             | closed                   | detach close stop
    timerFired yes eager                | reconnecting 3 waits 0 new | detach dial close
    timerFired yes !eager               | waiting retry 3 waits 1  | detach close retry
    timerFired pending                  | waiting decision 3 hint wake | detach close
    timerFired no                       | closed                   | detach close stop
    wake slow eager                     | reconnecting 2 waits 0 new | detach dial
    online slow                         | waiting onlineJitter 2 waits 0 | detach retry
    ${AGAIN}${UNWANTED}`,

  'reconnecting 2 hint online': `
    opened !onConnect                   | open interval 2          | flush open
    opened onConnect                    | reconnecting onConnect 2 hint online | connect
    lost yes                            | waiting onlineJitter 3 waits 0 | detach close retry
    lost pending                        | waiting decision 3 hint online | detach close
    lost no                             | closed                   | detach close stop
    timerFired yes                      | waiting onlineJitter 3 waits 0 | detach close retry
    timerFired pending                  | waiting decision 3 hint online | detach close
    timerFired no                       | closed                   | detach close stop
    wake slow eager                     | reconnecting 2 waits 0 new | detach dial
    wake slow !eager                    | reconnecting 2 hint wake |
    wake !slow                          | reconnecting 2 hint wake |
    online slow                         | waiting onlineJitter 2 waits 0 | detach retry
    ${AGAIN}${UNWANTED}`,

  'reconnecting onConnect 2': `
    connected                           | open interval 2          | flush open
    wake                                | reconnecting onConnect 2 hint wake |
    online                              | reconnecting onConnect 2 hint online |
    ${ENDED}${AGAIN}${UNWANTED}`,

  'reconnecting 3, the last': `
    opened !onConnect                   | open interval 3          | flush open
    opened onConnect                    | reconnecting onConnect 3 | connect
    lost                                | closed                   | detach close stop
    timerFired                          | closed                   | detach close stop
    wake slow eager                     | reconnecting 3 waits 0 new | detach dial
    wake slow !eager                    | reconnecting 3 hint wake |
    wake !slow                          | reconnecting 3 hint wake |
    online slow                         | waiting onlineJitter 3 waits 0 | detach retry
    online !slow                        | reconnecting 3 hint online |
    ${AGAIN}${UNWANTED}`,

  'waiting retry 1': `
    timerFired                          | reconnecting 1 new       | detach dial
    open eager                          | reconnecting 1 new       | detach dial
    wake eager                          | reconnecting 1 waits 0 new | detach dial
    online                              | waiting onlineJitter 1 waits 0 | retry
    offline                             | waiting retry 1          | retry
    reconnect eager                     | reconnecting new         | detach dial
    ${UNWANTED}`,

  'waiting retry 2': `
    timerFired                          | reconnecting 2 new       | detach dial
    open eager                          | reconnecting 2 new       | detach dial
    wake eager                          | reconnecting 2 waits 0 new | detach dial
    wake !eager                         | waiting retry 2 waits 1  | retry
    online                              | waiting onlineJitter 2 waits 0 | retry
    offline                             | waiting retry 2          | retry
    ${AGAIN}${UNWANTED}`,

  'waiting retry 2 waits 1': `
    timerFired                          | reconnecting 2 waits 1 new | detach dial
    open eager                          | reconnecting 2 waits 1 new | detach dial
    wake eager                          | reconnecting 2 waits 0 new | detach dial
    online                              | waiting onlineJitter 2 waits 0 | retry
    offline                             | waiting retry 2 waits 1  | retry
    ${AGAIN}${UNWANTED}`,

  'waiting onlineJitter 2 waits 0': `
    timerFired                          | reconnecting 2 waits 0 new | detach dial
    open eager                          | reconnecting 2 waits 0 new | detach dial
    wake eager                          | reconnecting 2 waits 0 new | detach dial
    ${AGAIN}${UNWANTED}`,

  'waiting decision 2': `
    decision yes                        | waiting retry 2          | retry
    decision no                         | closed                   | stop
    timerFired                          | waiting retry 2          | retry
    open eager                          | reconnecting 2 new       | detach dial
    open !eager                         | waiting retry 2          | retry
    wake                                | waiting decision 2 hint wake |
    online                              | waiting decision 2 hint online |
    ${AGAIN}${UNWANTED}`,

  'waiting decision 2 hint wake': `
    decision yes eager                  | reconnecting 2 waits 0 new | detach dial
    decision yes !eager                 | waiting retry 2 waits 1  | retry
    decision no                         | closed                   | stop
    timerFired eager                    | reconnecting 2 waits 0 new | detach dial
    timerFired !eager                   | waiting retry 2 waits 1  | retry
    open eager                          | reconnecting 2 waits 0 new | detach dial
    open !eager                         | waiting retry 2 waits 1  | retry
    ${AGAIN}${UNWANTED}`,

  'waiting decision 2 hint online': `
    decision yes                        | waiting onlineJitter 2 waits 0 | retry
    decision no                         | closed                   | stop
    timerFired                          | waiting onlineJitter 2 waits 0 | retry
    open eager                          | reconnecting 2 waits 0 new | detach dial
    open !eager                         | waiting onlineJitter 2 waits 0 | retry
    wake                                | waiting decision 2 hint wake |
    ${AGAIN}${UNWANTED}`,

  'waiting, the page being away': `
    wake                                | reconnecting new         | detach dial
    open                                | reconnecting new         | detach dial
    ${AGAIN}${UNWANTED}`,

  'open 2, without heartbeat': `
    ended                               | open closeTimeout 2      |
    ${OPEN}`,

  'open interval 2': `
    ended                               | open closeTimeout 2      |
    timerFired                          | open timeout 2           | ping
    wake silent                         | open probe 2             | ping
    online silent                       | open probe 2             | ping
    offline silent                      | open probe 2             | ping
    ${OPEN}`,

  'open timeout 2': `
    timerFired late                     | open timeout 2           | ping
    ${DEADLINE}${OPEN}`,

  'open probe 2': `
    timerFired late                     | open probe 2             | ping
    ${DEADLINE}${OPEN}`,

  'open closeTimeout 2, the socket having ended': `
    timerFired yes !stable              | waiting retry 3          | detach close retry
    timerFired yes stable               | waiting retry 1          | detach close retry
    timerFired pending !stable          | waiting decision 3       | detach close
    timerFired pending stable           | waiting decision 1       | detach close
    timerFired no                       | closed                   | detach close stop
    wake                                | open closeTimeout 2 hint wake |
    online                              | open closeTimeout 2 hint online |
    ${OPEN}`,

  'open 3, the last, timeout': `
    activity                            | open interval 3          |
    ended                               | open closeTimeout 3      |
    timerFired tolerated                | open interval 3          |
    timerFired late                     | open timeout 3           | ping
    timerFired !late !tolerated !stable | closed                   | detach close stop
    timerFired !late !tolerated yes stable     | waiting retry 1    | detach close retry
    timerFired !late !tolerated pending stable | waiting decision 1 | detach close
    timerFired !late !tolerated no stable | closed                 | detach close stop
    lost !stable                        | closed                   | detach close stop
    lost yes stable                     | waiting retry 1          | detach close retry
    lost pending stable                 | waiting decision 1       | detach close
    lost no stable                      | closed                   | detach close stop
    close                               | closing                  | startClose
    reconnect eager                     | reconnecting new         | detach dial close
    reconnect !eager                    | waiting retry 1          | detach close retry
    release                             | closed                   | detach close
    hide                                | waiting                  | detach close`,

  'closing': `
    lost                                | closed                   | detach close
    timerFired                          | closed                   | detach close
    release                             | closed                   | detach close
    hide                                | closed                   | detach close
    open                                | connecting new           | detach dial close
    reconnect                           | connecting new           | detach dial close`,
}

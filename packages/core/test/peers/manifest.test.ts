/**
 * The defects that a study of nine WebSocket clients reproduced. Each is either tested here against our client, under its number, or
 * listed with the reason why our client cannot have it.
 */

import { describe, expect, test } from 'vitest'
import { numbersInTitles } from '../support/numbersInTitles.ts'

/** The files that test each defect, relative to `packages/`. A defect that adapters could reintroduce is tested there too. */
const places = {
  'core/test/peers/vueuse.test.ts': 'V1 V1b V2 V3 V4 V5 V6 V7 V9 V10 V11',
  'core/test/peers/vueuse.dom.test.ts': 'V8',
  'core/test/peers/reactUseWebsocket.test.ts': 'U1 U2 U2b U3 U4 U5 U6 U8 U9 U10 U11 U13 U15 U16 U17 U19',
  'core/test/peers/reconnectingWebsockets.test.ts':
    'P1 P1b P2 P3 P4 P5 P6 P7 R1 R2 R3 R4 R5 R6 J1 J2 J3 J4 J5 J6 B1 B2 B3 B4 B5 B6',
  'core/test/peers/dropInClass.test.ts': 'P1 P1b P2 P3 P4 P5 P6 P7 R1 R2 R3 R4 R5 R6 J1 J2 J3 J4 W4 W5 W6 W8 W9 W10',
  'core/test/peers/smallClients.test.ts':
    'W1 W2 W3 W4 W5 W6 W7 W8 W9 W10 S1 S2 S3 S4 S5 S6 A1 A2 A3 A5 A6 A7 OFF1 OFF3',
  // The contract that the tests of packages/vue and packages/react run.
  'core/test/adapterContract/lifecycle.ts': 'V11',
  'core/test/adapterContract/unmounting.ts': 'U8 V1b',
  'core/test/adapterContract/destinations.ts': 'PR1 PR5 V4 U9',
  'core/test/adapterContract/latestOptions.ts': 'PR2 PR6 PR7 A6',
  'core/test/adapterContract/callbacks.ts': 'A1 U2 U2b U3',
  'core/test/adapterContract/rendering.ts': 'A3 U11 V5 A7',
  'core/test/adapterContract/sharing.ts': 'U5',
  'react/test/strictMode.test.tsx': 'A5',
  'vue/test/refs.test.ts': 'V5',
}

const impossible: Record<string, string> = {
  U7: 'a leak of the socket.io emulation; our client supports WebSocket only',
  U12: 'parameters put unencoded into a socket.io URL; our client takes a whole URL and builds no query',
  U18: 'a defect of the EventSource hook; our packages have none',
  P9: 'an id that changes; our clients have no id',
  OFF2: 'a patched XMLHttpRequest that misses other traffic; our client patches nothing and monitors only its own connection',
}

/** All defects, in the order of the study. */
const ids = [
  'V1 V1b V2 V3 V4 V5 V6 V7 V8 V9 V10 V11',
  'U1 U2 U2b U3 U4 U5 U6 U16 U19 U7 U8 U9 U10 U11 U12 U13 U15 U17 U18',
  'P1 P1b P6 P2 P3 P4 P5 P7 P9 PR1 PR5 PR2 PR6 PR7',
  'R1 R2 R3 R4 R5 R6',
  'J1 J2 J3 J4 J5 J6',
  'B1 B2 B3 B4 B5 B6',
  'W1 W2 W3 W4 W5 W6 W7 W8 W9 W10',
  'S1 S2 S3 S4 S5 S6',
  'A1 A2 A3 A5 A6 A7',
  'OFF1 OFF2 OFF3',
].flatMap((row) => row.split(' '))

describe('each defect of the study', () => {
  const tested = Object.entries(places).flatMap(([path, list]) => list.split(' ').map((id) => [id, path] as const))

  test.each(ids)('%s is either tested or listed as impossible', (id) => {
    const found = tested.filter(([known]) => known === id)
    expect(found.length > 0, `${id} is either tested or impossible`).toBe(!impossible[id])
    for (const [, path] of found) expect(numbersInTitles(path)).toContain(id)
  })

  test('has its number in the list', () => {
    expect([...tested.map(([id]) => id), ...Object.keys(impossible)].filter((id) => !ids.includes(id))).toEqual([])
  })
})

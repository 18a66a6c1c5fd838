// A small result, of two lanes: one notices the half-open connection after 8 s, the other never.

import type { Counters, Result } from '../src/arena/protocol.ts'
import type { BuiltIn, Scenario } from '../src/scenario/schema.ts'

export const scenario: Scenario = {
  v: 1,
  id: 'half-open',
  seed: 7,
  length: 75_000,
  publish: { every: 1000, size: 100 },
  send: { every: 1000 },
  heartbeat: { interval: 5000, timeout: 3000 },
  lanes: ['holdfastPlain', 'bare'],
  steps: [
    [10_000, 'halfOpen', 60_000],
    [10_000, 'down', 15_000, 'refuse'],
  ],
}

export const builtIn: BuiltIn = {
  id: 'half-open',
  title: { en: 'Half-open connection', zh: '半开连接' },
  summary: { en: 'The connection is dead.', zh: '连接不通。' },
  events: [
    { en: 'No byte passes.', zh: '数据不通。' },
    { en: 'No new connections.', zh: '连不上。' },
  ],
  guide: 'guide/heartbeat',
  scenario,
}

export const counters: Counters = {
  published: 135,
  received: 119,
  lost: 16,
  doubled: 0,
  outOfOrder: 0,
  sent: 135,
  unsent: 8,
  unsentReported: 0,
  sentTwice: 0,
  detection: 8000,
  recovery: 600,
  dials: 5,
  dialsWhileDown: 3,
  falselyOpen: 8000,
  announced: false,
}

export const result: Result = {
  v: 1,
  scenario,
  end: 135_000,
  nodes: ['node'],
  network: [
    [0, 'up'],
    [10_000, 'both'],
    [25_000, 'halfOpen'],
    [70_000, 'up'],
  ],
  lanes: [
    {
      id: 'holdfastPlain',
      version: '1.0.0',
      counters,
      timeline: [
        [0, 0, 'connecting', 0],
        [60, 1, 'open', 0],
        [10_000, 1, 'open', 1],
        [18_000, 0, 'closed', 0],
        [25_600, 1, 'open', 0],
      ],
      gaps: [[10_000, 25_000, 16]],
    },
    {
      id: 'bare',
      version: '–',
      counters: { ...counters, received: 10, lost: 125, detection: 'never', recovery: 'never', falselyOpen: 65_000 },
      timeline: [
        [0, 0, 'connecting', 0],
        [60, 1, 'open', 0],
        [10_000, 1, 'open', 1],
      ],
      gaps: [[10_000, 134_000, 125]],
    },
  ],
}

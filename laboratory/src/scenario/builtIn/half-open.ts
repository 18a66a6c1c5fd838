import { builtIn } from './base.ts'

export const halfOpen = builtIn({
  id: 'half-open',
  title: { en: 'Half-open connection', zh: '半开连接' },
  summary: {
    en: 'The connection is dead and neither end gets an event: only a heartbeat detects it.',
    zh: '连接已经失效，但两端都没有收到通知：只有心跳检测能发现。',
  },
  guide: 'guide/heartbeat',
  events: [
    {
      en: 'The connections that exist lose all bytes in both directions. No end gets an event.',
      zh: '现有连接双向丢失全部数据，两端都收不到任何事件。',
    },
    { en: 'New connections are refused for 15 s.', zh: '15 秒内，新连接一律被拒绝。' },
  ],
  scenario: {
    length: 90_000,
    steps: [
      [10_000, 'halfOpen', 60_000],
      [10_000, 'down', 15_000, 'refuse'],
    ],
  },
})

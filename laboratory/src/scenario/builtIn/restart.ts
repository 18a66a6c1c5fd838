import { builtIn } from './base.ts'

export const restart = builtIn({
  id: 'restart',
  title: { en: 'Server restart', zh: '服务器重启' },
  summary: {
    en: 'The server announces its restart, and the new one still has the sessions, as with Redis.',
    zh: '服务器重启前先通知客户端，新进程仍保留会话（相当于使用 Redis）。',
  },
  guide: 'guide/sessions',
  events: [
    {
      en: 'The server closes all connections with 1012 and is down for 3 s. Its memory is kept.',
      zh: '服务器以 1012 关闭所有连接，停机 3 秒，数据保留。',
    },
  ],
  scenario: {
    length: 60_000,
    clients: 5,
    steps: [[10_000, 'restart', 3000, true, false]],
  },
})

import { builtIn } from './base.ts'

export const deploy = builtIn({
  id: 'deploy',
  title: { en: 'Rolling deploy', zh: '滚动发布' },
  summary: {
    en: 'Two servers are replaced gradually and one at once: how do 20 clients of each lane spread their reconnects?',
    zh: '两次逐步替换服务器，一次立即替换：每条通道的 20 个客户端如何分散重连？',
  },
  guide: 'server/operations',
  events: [
    {
      en: 'A new server takes the new connections. The old one closes its connections one after another, within 8 s.',
      zh: '新服务器接收新连接，旧服务器在 8 秒内逐个关闭已有连接。',
    },
    {
      en: 'The server is replaced at once: all connections are closed in the same moment.',
      zh: '服务器立即被替换：所有连接在同一时刻关闭。',
    },
    { en: 'A gradual replacement again, within 8 s.', zh: '再次逐步替换，历时 8 秒。' },
  ],
  scenario: {
    length: 70_000,
    clients: 20,
    steps: [
      [10_000, 'drain', 8000],
      [18_000, 'restart', 0, true, false],
      [40_000, 'drain', 8000],
    ],
  },
})

import { builtIn } from './base.ts'

export const slow = builtIn({
  id: 'slow',
  title: { en: 'Slow reader', zh: '接收缓慢的客户端' },
  summary: {
    en: 'The network is slow and the server sends a lot: its buffer is full, and it closes the connection.',
    zh: '网络缓慢而服务器发送量很大：发送缓冲区已满，服务器关闭连接。',
  },
  guide: 'server/operations',
  events: [
    {
      en: 'Each connection transfers 2,000 bytes per second for 20 s.',
      zh: '20 秒内，每个连接每秒只能传输 2000 字节。',
    },
    {
      en: 'The server publishes 2,000 messages. More than 64 KiB wait, and it closes the connections with 4001.',
      zh: '服务器发布 2000 条消息，积压超过 64 KiB，于是以 4001 关闭连接。',
    },
  ],
  scenario: {
    length: 60_000,
    steps: [
      [10_000, 'rate', 2000, 20_000],
      [12_000, 'burst', 2000, 100],
    ],
  },
})

import { builtIn } from './base.ts'

export const burst = builtIn({
  id: 'burst',
  title: { en: '10,000 messages, cut in the middle', zh: '一万条消息，中途断开' },
  summary: {
    en: 'The server publishes 10,000 messages within half a second, and every connection is cut in the middle.',
    zh: '服务器在半秒内发布一万条消息，其间所有连接都被切断。',
  },
  guide: 'guide/sessions',
  events: [
    { en: 'The server publishes 10,000 messages of 100 bytes.', zh: '服务器发布一万条 100 字节的消息。' },
    { en: 'All connections are cut: both ends see 1006.', zh: '所有连接被切断：两端都得到 1006。' },
  ],
  scenario: {
    length: 40_000,
    steps: [
      [10_000, 'burst', 10_000, 100],
      [10_250, 'drop'],
    ],
  },
})

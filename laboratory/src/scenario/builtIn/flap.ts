import { builtIn } from './base.ts'

export const flap = builtIn({
  id: 'flap',
  title: { en: 'Server accepts and closes', zh: '服务器接受连接后立即关闭' },
  summary: {
    en: 'Each dial succeeds and ends at once, for a minute: do the attempts become rarer, and does the limit hold?',
    zh: '一分钟内，每次连接都成功但立即断开：重试间隔是否逐渐变长，次数限制是否有效？',
  },
  guide: 'guide/reconnecting',
  events: [
    {
      en: 'The server closes all connections with 1011, and each new one as soon as it has accepted it, for 60 s.',
      zh: '服务器以 1011 关闭所有连接，并在 60 秒内对每个新连接都是接受后立即关闭。',
    },
  ],
  scenario: {
    length: 120_000,
    steps: [[5000, 'flap', 60_000, 1011]],
  },
})

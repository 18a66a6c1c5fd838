import { builtIn } from './base.ts'

export const sleep = builtIn({
  id: 'sleep',
  title: { en: 'Laptop sleep', zh: '笔记本休眠' },
  summary: {
    en: 'No timer fires for three minutes, and the server has closed the connection meanwhile.',
    zh: '三分钟内没有定时器触发，其间服务器已经关闭连接。',
  },
  guide: 'guide/what-happens-when',
  events: [
    {
      en: 'The computer sleeps for 3 min. Then late timers fire, and the browser emits `resume`, `visibilitychange` and `online`.',
      zh: '电脑休眠 3 分钟，醒来后逾期的定时器依次触发，浏览器触发 `resume`、`visibilitychange` 和 `online` 事件。',
    },
  ],
  scenario: {
    length: 240_000,
    steps: [[10_000, 'sleep', 180_000]],
  },
})

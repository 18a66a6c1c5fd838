import { builtIn } from './base.ts'

export const wifi = builtIn({
  id: 'wifi',
  title: { en: 'Wi-Fi change', zh: '切换 Wi-Fi' },
  summary: {
    en: 'The old connection is dead, and a new network is available after four seconds.',
    zh: '旧连接已经失效，四秒后新网络可用。',
  },
  guide: 'guide/heartbeat',
  events: [
    {
      en: 'The page has no network for 4 s. The browser emits `offline`, and then `online`.',
      zh: '页面断网 4 秒，浏览器先后触发 `offline` 和 `online` 事件。',
    },
    {
      en: 'The old connection loses all bytes, because the device has a new address.',
      zh: '设备换了地址，旧连接上的数据全部丢失。',
    },
  ],
  scenario: {
    length: 60_000,
    steps: [
      [10_000, 'offline', 4000, true],
      [10_000, 'halfOpen', 14_000],
    ],
  },
})

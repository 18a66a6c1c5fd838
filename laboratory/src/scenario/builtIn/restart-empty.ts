import { builtIn } from './base.ts'

export const restartEmpty = builtIn({
  id: 'restart-empty',
  title: { en: 'Server restart with loss of memory', zh: '服务器重启并丢失数据' },
  summary: {
    en: 'The new server has an empty memory: the session lane reports the loss by the event `resync`.',
    zh: '新进程不知道重启之前的任何内容：会话通道通过 `resync` 事件报告丢失。',
  },
  guide: 'guide/sessions',
  events: [
    {
      en: 'The server closes all connections with 1012 and is down for 3 s. The new one starts with an empty memory.',
      zh: '服务器以 1012 关闭所有连接，停机 3 秒，新进程从空白状态开始。',
    },
  ],
  scenario: {
    length: 60_000,
    steps: [[10_000, 'restart', 3000, true, true]],
  },
})

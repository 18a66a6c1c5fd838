import { builtIn } from './base.ts'

export const token = builtIn({
  id: 'token',
  title: { en: 'Token expiry', zh: 'token 过期' },
  summary: {
    en: 'The token expires during the connection, and the first request for a fresh one fails.',
    zh: '连接期间 token 过期，第一次换取新 token 的请求失败。',
  },
  guide: 'guide/tokens',
  events: [
    {
      en: 'The server closes all connections with 4006. A fresh token takes 800 ms, and the first request for it fails.',
      zh: '服务器以 4006 关闭所有连接。换取新 token 需要 800 毫秒，且第一次请求失败。',
    },
  ],
  scenario: {
    length: 60_000,
    steps: [[15_000, 'expireToken']],
  },
})

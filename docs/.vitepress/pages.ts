/** The pages of the site, in the order of the side bar. The English and the Chinese version of a page have the same path. */

export interface Page {
  /** Path below `docs/` (and below `docs/zh/`), without `.md`. */
  path: string
  en: string
  zh: string
}

export interface Section {
  en: string
  zh: string
  pages: Page[]
}

const page = (path: string, en: string, zh: string): Page => ({ path, en, zh })

export const sections: Section[] = [
  {
    en: 'Start',
    zh: '开始',
    pages: [
      page('start/vue', 'Vue', 'Vue'),
      page('start/react', 'React', 'React'),
      page('start/without-a-framework', 'Without a framework', '不使用框架'),
      page('start/server', 'Your first server', '第一个服务器'),
      page('start/why', 'Why not new WebSocket', '为什么不直接用 new WebSocket'),
    ],
  },
  {
    en: 'Guides',
    zh: '指南',
    pages: [
      page('guide/states', 'States', '状态'),
      page('guide/what-happens-when', 'What happens when', '各种情况下的行为'),
      page('guide/heartbeat', 'Heartbeat', '心跳检测'),
      page('guide/reconnecting', 'Reconnecting', '断线重连'),
      page('guide/sending', 'Sending and the queue', '发送与队列'),
      page('guide/receiving', 'Receiving and lists', '接收与长列表'),
      page('guide/sharing', 'Sharing one connection', '共享连接'),
      page('guide/tokens', 'Tokens and logout', 'token 与退出登录'),
      page('guide/sessions', 'Sessions and streams', '会话与 stream'),
      page('guide/testing', 'Testing', '测试'),
      page('guide/ssr', 'Server rendering', '服务端渲染'),
      page('guide/compatible-class', 'A class like WebSocket', '与 WebSocket 兼容的类'),
      page('guide/event-streams', 'Event streams', '事件流（SSE）'),
    ],
  },
  {
    en: 'Frameworks',
    zh: '框架',
    pages: [
      page('frameworks/nuxt', 'Nuxt', 'Nuxt'),
      page('frameworks/next', 'Next.js', 'Next.js'),
      page('frameworks/pinia', 'Pinia', 'Pinia'),
      page('frameworks/zustand', 'zustand', 'zustand'),
      page('frameworks/tanstack-query', 'TanStack Query', 'TanStack Query'),
      page('frameworks/web-worker', 'Web Worker', 'Web Worker'),
    ],
  },
  {
    en: 'Migration',
    zh: '迁移',
    pages: [
      page('migration/hand-written', 'A hand-written class', '手写的 WebSocket 封装'),
      page('migration/vueuse', 'VueUse', 'VueUse'),
      page('migration/react-use-websocket', 'react-use-websocket', 'react-use-websocket'),
      page('migration/reconnecting-websocket', 'reconnecting-websocket', 'reconnecting-websocket'),
      page('migration/partysocket', 'partysocket', 'partysocket'),
      page('migration/ahooks', 'ahooks', 'ahooks'),
      page('migration/socket-io', 'socket.io-client', 'socket.io-client'),
    ],
  },
  {
    en: 'Reference',
    zh: '参考',
    pages: [
      page('reference/options', 'Options', '选项'),
      page('reference/client', 'Client', '客户端'),
      page('reference/events', 'Events', '事件'),
      page('reference/errors', 'Errors', '错误'),
      page('reference/close-codes', 'Close codes', '关闭码'),
      page('reference/vue', 'Vue', 'Vue'),
      page('reference/react', 'React', 'React'),
      page('reference/session', 'Session', '会话'),
      page('reference/testing', 'Testing', '测试'),
      page('reference/server', 'Server', '服务器'),
    ],
  },
  {
    en: 'Server',
    zh: '服务器',
    pages: [
      page('server/chat', 'A chat that loses nothing', '不丢消息的聊天室'),
      page('server/frameworks', 'Beside Express, Fastify, node:http', '与 Express、Fastify、node:http 一起使用'),
      page('server/authentication', 'Authentication and security', '身份验证与安全'),
      page('server/presence', 'Presence', '在线状态'),
      page('server/plain-clients', 'Plain clients', '普通客户端'),
      page('server/redis', 'Redis and many nodes', 'Redis 与多节点'),
      page('server/operations', 'Operations', '运维'),
      page('server/proxies', 'Proxies and timeouts', '代理与超时'),
      page('server/promises', 'What is promised', '保证与不保证'),
      page('server/development', 'Development and tests', '开发与测试'),
    ],
  },
  {
    en: 'More',
    zh: '更多',
    pages: [
      page('more/faq', 'FAQ and troubleshooting', '常见问题与排查'),
      page('more/comparison', 'Comparison', '对比'),
      page('more/numbers', 'Numbers', '数据'),
      page('more/tests', 'How it is tested', '如何测试'),
      page('more/laboratory', 'Laboratory', '实验室'),
      page('more/changelog', 'Changelog', '更新日志'),
    ],
  },
]

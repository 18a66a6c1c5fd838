import type { Texts } from './texts.ts'

const seconds = (ms: number): string => `${ms / 1000} 秒`

export const zh: Texts = {
  language: 'zh',
  otherLanguage: 'English',
  title: 'Holdfast 实验室',
  tagline: '网络出故障时，各个 WebSocket 客户端会怎样？真实的库就在你的浏览器里运行，网络是模拟的。',
  docs: '文档',
  scenarios: '场景',
  ownScenario: '自己制造故障',
  ownSummary: '网络一开始是正常的。运行之后，用按钮注入故障。',
  sharedScenario: '分享的场景',
  sharedSummary: '这个场景来自链接。运行一次，就能得到分享者看到的结果。',
  guide: '相关指南',
  run: '运行',
  runAgain: '再次运行',
  pause: '暂停',
  resume: '继续',
  atOnce: '直接出结果',
  stop: '停止',
  speed: '速度',
  seed: '随机种子',
  share: '分享',
  shared: '链接已复制。',
  shareFailed: '链接在地址栏里。',
  events: '发生了什么',
  noEvents: '还没有故障。',
  log: '全部事件',
  logMore: (count) => `另有 ${count} 个事件没有显示。`,
  serverStarted: (node) => `已启动，节点 ${node}`,
  lossReported: '告知应用漏收了消息',
  unsentReported: '告知应用有一条自己的消息可能丢失',
  server: '服务器',
  byHand: '手动',
  network: '网络',
  networkUp: '正常',
  networkStates: {
    up: '',
    slow: '限速',
    halfOpen: '连接不通',
    down: '连不上',
    both: '断网',
  },
  status: {
    loading: '正在加载各个库……',
    running: '正在运行',
    paused: '已暂停。',
    hidden: '标签页不可见，已暂停。',
    stopped: '已停止。',
    failed: (message) => `运行出错：${message}`,
    example: (date) => `这是 ${date} 算出的结果。点“运行”可以在你的浏览器里重新计算。`,
    noExample: '点“运行”查看结果。',
  },
  problem: {
    damaged: '链接已损坏或过长，没有使用。请在列表中选择场景。',
    unknown: '链接指向的场景不存在。请在列表中选择场景。',
    invalid: (message) => `链接内容无效，没有使用：${message}。请在列表中选择场景。`,
  },
  lanes: {
    holdfastSession: 'Holdfast（会话）',
    holdfastPlain: 'Holdfast（普通）',
    vueuse: 'VueUse',
    reactUseWebSocket: 'react-use-websocket',
    partysocket: 'partysocket',
    reconnectingWebSocket: 'reconnecting-websocket',
    ahooks: 'ahooks',
    handWritten: '手写的封装类',
    bare: '原生 WebSocket',
  },
  code: '代码',
  codeOf: (lane) => `${lane} 的代码`,
  codeNote: '这一行运行的就是这个文件。',
  close: '关闭',
  copy: '复制',
  copied: '已复制',
  counters: {
    lost: ['丢失', '首次连接之后发布、却始终没有收到的消息。运行期间指尚未收到的消息。'],
    announced: ['告知丢失', '客户端有没有告诉应用漏收了消息。'],
    doubled: ['重复', '收到不止一次的消息。'],
    unsent: ['未送达', '自己发出、却没有到达服务器的消息。'],
    unsentReported: [
      '其中已告知',
      '没有到达服务器、并且客户端把这一点告诉了应用的消息：通过事件、被拒绝的 promise 或异常。',
    ],
    detection: ['多久发现', '从连接不通到状态不再是 open 的时间。'],
    recovery: ['多久恢复', '从故障结束到收到第一条消息的时间。'],
    falselyOpen: ['虚假在线', '数据完全不通、状态却仍是 open 的时间。'],
    dialsWhileDown: ['无效重连', '连不上的那段时间里尝试连接的次数。'],
  },
  never: '从未',
  none: '–',
  yes: '有',
  no: '没有',
  seconds: (ms) => `${(ms / 1000).toFixed(1)} 秒`,
  legend: {
    open: '已连接',
    dead: '显示已连接，实际不通',
    connecting: '正在连接',
    closed: '已断开',
    received: '收到消息',
    missing: '缺少消息',
    dial: '尝试连接',
  },
  statusOverTime: (spans) => `状态变化：${spans}`,
  spanText: (kind, from, to) => `${from} 到 ${to} ${kind}`,
  lastSpans: (count) => `另有 ${count} 段`,
  faultsByHand: '注入故障',
  faultsHint: '运行期间，这些按钮会对所有客户端制造同样的故障。每次故障都会记入场景。',
  faultLabels: {
    drop: '切断连接',
    halfOpen: '半开 20 秒',
    down: '拒绝连接 10 秒',
    restart: '重启服务器',
    offline: '断网 8 秒',
    sleep: '休眠 3 分钟',
    burst: '突发 1000 条',
  },
  latency: '延迟',
  describeFault(fault) {
    switch (fault[0]) {
      case 'drop':
        return '所有连接被切断，没有 close 帧。'
      case 'close':
        return `服务器用关闭码 ${fault[1]} 关闭所有连接。`
      case 'halfOpen':
        return `${seconds(fault[1])}内，已有连接上的数据全部不通，两端都得不到通知。`
      case 'down':
        return `${seconds(fault[1])}内无法建立新连接。`
      case 'restart':
        return `服务器重启，用时 ${seconds(fault[1])}，${fault[3] ? '内存中的消息全部丢失' : '保留消息'}。`
      case 'latency':
        return `每个方向延迟 ${fault[1]} ms，抖动最多 ${fault[2]} ms。`
      case 'rate':
        return `${seconds(fault[2])}内，每个方向限速 ${fault[1]} 字节/秒。`
      case 'offline':
        return `页面断网 ${seconds(fault[1])}，浏览器${fault[2] ? '会' : '不会'}发出 offline 事件。`
      case 'hide':
        return `标签页隐藏 ${seconds(fault[1])}。`
      case 'sleep':
        return `电脑休眠 ${seconds(fault[1])}，期间定时器都不会触发。`
      case 'expireToken':
        return '服务器不再接受当前的 token。'
      case 'burst':
        return `服务器一次发布 ${fault[1]} 条消息。`
      case 'drain':
        return `服务器在 ${seconds(fault[1])}内逐个关闭连接。`
      case 'duplicateDial':
        return '要求每个客户端再连接一次。'
      case 'flap':
        return `${seconds(fault[1])}内，服务器接受连接后立即用关闭码 ${fault[2]} 关闭。`
    }
  },
  results: '结果',
  resultCaption: (published, length) => `共发布 ${published} 条消息。场景结束 60 秒后（${length}）读取计数。`,
  client: '客户端',
  clientsShown: (chosen, all) => `客户端：${all} 个中的 ${chosen} 个`,
  allClients: '全选',
  lastClient: '至少要有一个客户端。',
  version: '版本',
  copyMarkdown: '复制为 Markdown',
  copyJson: '复制为 JSON',
  noResult: '运行结束后显示结果。',
  verdict: {
    lost: (least, leastLost, most, mostLost, published) =>
      `共 ${published} 条消息。丢得最少：${least}，${leastLost} 条；丢得最多：${most}，${mostLost} 条。`,
    clients: (count) => `${count} 个客户端`,
    equal: (lost, published) => `共 ${published} 条消息，每个客户端都丢失 ${lost} 条。`,
    never: (names) => `始终没有发现连接不通：${names}。`,
    join: (items) => items.join('、'),
  },
  fairness: '测量方式',
  fairnessPoints: [
    '每个客户端都是锁定版本的正式发布包。点“代码”可以看到实际运行的文件。',
    '每个客户端都采用文档中对它最有利的配置：有心跳检测的一律开启，间隔和超时完全相同；重连次数不限。',
    '“Holdfast（普通）”可以连接任何 WebSocket 服务器。只有“Holdfast（会话）”使用 Holdfast 服务器的协议：服务器保存消息，重连后补发。',
    '都开启心跳检测时，普通模式的 Holdfast 丢失的消息和其他有心跳的客户端差不多，有时更多，因为每次中断后它的重连间隔会变长。Holdfast 没有优势的场景也保留在列表里。',
    '“从未”是指在整个场景中都没有发现。模拟网络从不通知连接已经不通；真实的 TCP 可能在几分钟后放弃连接，Linux 在数据未被确认时约为 15 分钟。',
    '客户端关闭一个不通的连接时，浏览器会先等服务器的回应，然后才触发 `close` 事件。实测 Firefox 等 20 秒，Chromium 等 60 秒。这里统一采用 Firefox 的 20 秒。如果一个客户端要等到 `close` 事件才重连，它在 Chromium 中会多断开 40 秒。',
    '服务器是真正的 @holdfast/server，打包后在浏览器里运行。时钟、定时器和 socket 是模拟的，所以随机种子相同，结果就相同。随机种子也决定客户端在最初 4 秒内的什么时候启动，对所有库都相同。',
  ],
  timeLine: '时间线',
  embed: {
    run: '在这里运行',
    open: '在实验室中打开',
    computed: (date) => `${date} 算出的结果。`,
  },
}

import type { Texts } from './texts.ts'

const seconds = (ms: number): string => `${ms / 1000} s`

export const en: Texts = {
  language: 'en',
  otherLanguage: '中文',
  title: 'Holdfast laboratory',
  tagline:
    'What do WebSocket clients do when the network fails? The real libraries run in your browser, over a simulated network.',
  docs: 'Documentation',
  scenarios: 'Scenarios',
  ownScenario: 'Your own faults',
  ownSummary: 'The network works. Run the scenario, then inject faults with the buttons.',
  sharedScenario: 'Shared run',
  sharedSummary: 'This scenario comes from a link. Run it to get the result that was shared.',
  guide: 'Guide',
  run: 'Run',
  runAgain: 'Run again',
  pause: 'Pause',
  resume: 'Resume',
  atOnce: 'At once',
  stop: 'Stop',
  speed: 'Speed',
  seed: 'Seed',
  share: 'Share',
  shared: 'The link is copied.',
  shareFailed: 'The link is in the address bar.',
  events: 'What happens',
  noEvents: 'No fault yet.',
  log: 'All events',
  logMore: (count) => `${count} more events are not shown.`,
  serverStarted: (node) => `started, node ${node}`,
  lossReported: 'reports to the application that messages were missed',
  unsentReported: 'reports to the application that an own message may be lost',
  server: 'Server',
  byHand: 'by hand',
  network: 'Network',
  networkUp: 'works',
  networkStates: {
    up: '',
    slow: 'limited rate',
    halfOpen: 'connections dead',
    down: 'refused',
    both: 'no network',
  },
  status: {
    loading: 'Loading the libraries …',
    running: 'Running',
    paused: 'Paused.',
    hidden: 'Paused because the tab was hidden.',
    stopped: 'Stopped.',
    failed: (message) => `The run failed: ${message}`,
    example: (date) => `Result computed on ${date}. Run the scenario to compute it in your browser.`,
    noExample: 'Run the scenario to see the result.',
  },
  problem: {
    damaged: 'The link is damaged or too long, so it is not used. You can choose a scenario.',
    unknown: 'The link names a scenario that does not exist. You can choose another one.',
    invalid: (message) => `The link is not valid, so it is not used: ${message}. You can choose a scenario.`,
  },
  lanes: {
    holdfastSession: 'Holdfast session',
    holdfastPlain: 'Holdfast plain',
    vueuse: 'VueUse',
    reactUseWebSocket: 'react-use-websocket',
    partysocket: 'partysocket',
    reconnectingWebSocket: 'reconnecting-websocket',
    ahooks: 'ahooks',
    handWritten: 'Hand-written class',
    bare: 'Bare WebSocket',
  },
  code: 'Code',
  codeOf: (lane) => `Code of ${lane}`,
  codeNote: 'This file runs in the lane.',
  close: 'Close',
  copy: 'Copy',
  copied: 'Copied',
  counters: {
    lost: [
      'Lost',
      'Messages published after the first connection and never received. While running: not received yet.',
    ],
    announced: ['Loss reported', 'Whether the client reported to the application that it had missed messages.'],
    doubled: ['Doubled', 'Messages received again.'],
    unsent: ['Not sent', 'Own messages that never reached the server.'],
    unsentReported: [
      'Of these reported',
      'Own messages that never reached the server, and whose loss the client reported to the application: by an event, a rejected promise or an exception.',
    ],
    detection: ['Noticed after', 'From the moment a connection is dead until the status leaves open.'],
    recovery: ['Recovered after', 'From the end of the fault until the first message is received.'],
    falselyOpen: ['Falsely open', 'How long the status was open while no byte could pass.'],
    dialsWhileDown: ['Attempts while down', 'Connection attempts while new connections failed.'],
  },
  never: 'never',
  none: '–',
  yes: 'yes',
  no: 'no',
  seconds: (ms) => `${(ms / 1000).toFixed(1)} s`,
  legend: {
    open: 'open',
    dead: 'open, but dead',
    connecting: 'connecting',
    closed: 'closed',
    received: 'messages received',
    missing: 'messages missing',
    dial: 'connection attempt',
  },
  statusOverTime: (spans) => `Status over time: ${spans}`,
  spanText: (kind, from, to) => `${kind} from ${from} to ${to}`,
  lastSpans: (count) => `and ${count} more`,
  faultsByHand: 'Inject a fault',
  faultsHint: 'During a run, these buttons break the network for all lanes. Each fault becomes a step of the scenario.',
  faultLabels: {
    drop: 'Drop',
    halfOpen: 'Half-open 20 s',
    down: 'Refuse 10 s',
    restart: 'Restart',
    offline: 'Offline 8 s',
    sleep: 'Sleep 3 min',
    burst: 'Burst of 1000',
  },
  latency: 'Latency',
  describeFault(fault) {
    switch (fault[0]) {
      case 'drop':
        return 'Every connection is cut without a close frame.'
      case 'close':
        return `The server closes every connection with code ${fault[1]}.`
      case 'halfOpen':
        return `For ${seconds(fault[1])} no byte of the existing connections passes, and no side is informed.`
      case 'down':
        return `For ${seconds(fault[1])} new connections fail.`
      case 'restart':
        return `The server restarts within ${seconds(fault[1])} ${fault[3] ? 'and loses its memory' : 'and keeps its messages'}.`
      case 'latency':
        return `Each direction is delayed by ${fault[1]} ms, and by up to ${fault[2]} ms more.`
      case 'rate':
        return `For ${seconds(fault[2])} each direction carries ${fault[1]} bytes a second.`
      case 'offline':
        return `The page has no network for ${seconds(fault[1])}. The browser ${fault[2] ? 'reports it' : 'does not report it'}.`
      case 'hide':
        return `The tab is hidden for ${seconds(fault[1])}.`
      case 'sleep':
        return `The computer sleeps for ${seconds(fault[1])}: no timer fires.`
      case 'expireToken':
        return 'The server no longer accepts the present token.'
      case 'burst':
        return `The server publishes ${fault[1]} messages at once.`
      case 'drain':
        return `The server closes its connections one after another within ${seconds(fault[1])}.`
      case 'duplicateDial':
        return 'Each client is asked to connect a second time.'
      case 'flap':
        return `For ${seconds(fault[1])} the server accepts each connection and closes it at once with code ${fault[2]}.`
    }
  },
  results: 'Result',
  resultCaption: (published, length) =>
    `Messages published: ${published}. The counters are read 60 s after the end of the scenario, at ${length}.`,
  client: 'Client',
  clientsShown: (chosen, all) => `Clients: ${chosen} of ${all}`,
  allClients: 'All',
  lastClient: 'At least one client is needed.',
  version: 'Version',
  copyMarkdown: 'Copy as Markdown',
  copyJson: 'Copy as JSON',
  noResult: 'The result appears when the run has ended.',
  verdict: {
    lost: (least, leastLost, most, mostLost, published) =>
      `Fewest messages lost: ${least}, ${leastLost} of ${published}. Most: ${most}, ${mostLost}.`,
    clients: (count) => `${count} clients`,
    equal: (lost, published) => `Each client lost ${lost} of ${published} messages.`,
    never: (names) => `Never noticed the dead connection: ${names}.`,
    join: (items) => items.join(', '),
  },
  fairness: 'How it is measured',
  fairnessPoints: [
    'Every client is the published package in its pinned version. “Code” shows the file that runs.',
    'Each client has its most favourable documented configuration: a heartbeat where it has one, with the same interval and timeout for all, and unlimited attempts.',
    '“Holdfast plain” works with every WebSocket server. Only “Holdfast session” uses the protocol of the Holdfast server, which keeps messages and sends them again after a reconnect.',
    'With a heartbeat, plain Holdfast loses about as many messages as the other clients with a heartbeat, and sometimes more, because its backoff grows with each interruption. Scenarios in which Holdfast has no advantage stay in the list.',
    '“Never” means not within the scenario. The simulated network never reports a dead connection. Real TCP may give up after minutes: Linux after about 15 if data is unacknowledged.',
    'When a client closes a dead connection, the browser waits for the answer of the server before it emits `close`. Firefox waits 20 s and Chromium 60 s (measured). Here all clients get the 20 s of Firefox. In Chromium, a client that waits for `close` before it reconnects is away 40 s longer.',
    'The server is the real hub of @holdfast/server, bundled for the browser. Clocks, timers and sockets are simulated, so a run with the same seed always gives the same result. The seed also decides when the clients start, within the first 4 s: at the same time for all libraries.',
  ],
  timeLine: 'Time line',
  embed: {
    run: 'Run it here',
    open: 'Open in the laboratory',
    computed: (date) => `Result computed on ${date}.`,
  },
}

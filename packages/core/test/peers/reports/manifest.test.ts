/**
 * Public bug reports and feature requests of other clients that were tried on our client. Each is either tested, with its number in the
 * title of the test, or listed with the reason why it cannot apply. A number is `repository#issue` on GitHub. `robtaussig` is
 * robtaussig/react-use-websocket, and `joewalnes` is joewalnes/reconnecting-websocket. C0 and C12 were found in trials of our own.
 */

import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { numbersInTitles } from '../../support/numbersInTitles.ts'

/** Returns the single numbers of a list such as `C0 phoenix#3161,3327`. */
const expand = (list: string): string[] =>
  list
    .trim()
    .split(/\s+/)
    .flatMap((entry) => {
      const [repository, issues] = entry.split('#')
      return issues ? issues.split(',').map((issue) => `${repository}#${issue}`) : [entry]
    })

/** All reports. */
const reports = expand(`
  C0 C12 ably-java#121 agent-canvas#804 agentboard#65 agentmail-node#10,11 alibaba/hooks#2338 angular-websocket#35
  apollo-link#695 autobahn-js#95,120,136 beatify#286 binary-live-api#91 bun#31760 Centaurus#22
  centrifuge-js#228,281,391 Chatbox#68 coder/coder#23236 convex-js#183 convex-nuxt#10 deno#7457
  dotnet/aspnetcore#33970 elm-lang/websocket#14 engine.io-client#658 facebook/react#21986 faye#469 finnhub-js#21
  flarum/framework#4590 GateOne#113 graphql-flutter#934 graphql-ws#163,244,356,558 happn#158 hocuspocus#195,566,676
  home-assistant-js-websocket#125 home-assistant/frontend#5438 htmx-extensions#98 huobiapi/API_Docs#111
  hydrated-ws#255 it-ws#97 joewalnes#5,14 jupyterlab#2646,9931 knocklabs/javascript#30 Kucoin.Net#195 lambda-ui#86
  liveblocks#1176 MQTT.js#1257,1577,1608,1806,1861 nats.ws#195,258 nuxt-directus#264 nuxt/nuxt#900 oh-my-pi#4248
  OKCoin/websocket#11 orpc#615 paho.mqtt.javascript#5 partykit#400 phoenix#3161,3327,4023,6534,6578,6620,6804
  pinchy#895 pusher-js#23,37 python-kucoin#56,59 rails#23070,23813 re-graph#20 react-native-use-websocket#27
  react-virtualized-auto-sizer#39 robtaussig#52,54,70,133,155,160,250,255,261,270 rxjs#5312,6770,6848,7111
  sentry-javascript#7207 si#3892 SignalR#4607,4686 socket.io#1123,2666,2769,2924,5095 socket.io-client#271,326
  SocketCluster#149 SocketRocket#139 sockette#60,69 sockjs-client#87 sockjs-node#169
  subscriptions-transport-ws#316,339,766,773 supabase/realtime-js#121,133,431 surrealdb.js#403
  swords-and-ravens#1977 tabex#11 trpc#4078,5999,6547,6562 umap#2503 viser#367 vueuse#3706,4280 whatomate#494
  whatwg/html#11138 WICG/interventions#8 xchange-stream#107,194 y-sweet#394
`)

/** The files that test each report, relative to `packages/`. */
const places: Record<string, string> = {
  'core/test/peers/reports/connecting.test.ts': `
    subscriptions-transport-ws#339,766,773 apollo-link#695 graphql-flutter#934 re-graph#20 trpc#6547
    home-assistant-js-websocket#125 elm-lang/websocket#14 binary-live-api#91 sockette#60,69 angular-websocket#35
    umap#2503 orpc#615 agentmail-node#10,11 hocuspocus#676,566 y-sweet#394`,
  'core/test/peers/reports/ended.test.ts': `
    centrifuge-js#228 htmx-extensions#98 flarum/framework#4590 trpc#4078 autobahn-js#120`,
  'core/test/peers/reports/heartbeat.test.ts': `
    supabase/realtime-js#133 robtaussig#261,133,70,270,255,250 MQTT.js#1861 paho.mqtt.javascript#5
    python-kucoin#56,59 OKCoin/websocket#11 xchange-stream#194 Kucoin.Net#195 C12 rails#23070
    huobiapi/API_Docs#111 finnhub-js#21 trpc#6562 vueuse#3706`,
  'core/test/peers/reports/hiddenTab.test.ts': `
    MQTT.js#1257,1577,1608 supabase/realtime-js#121,431 nats.ws#258 home-assistant/frontend#5438 hocuspocus#195
    liveblocks#1176 knocklabs/javascript#30 agent-canvas#804 viser#367 swords-and-ravens#1977 phoenix#6534
    pinchy#895`,
  'core/test/peers/reports/page.dom.test.ts': `
    WICG/interventions#8 react-virtualized-auto-sizer#39 facebook/react#21986 whatwg/html#11138
    engine.io-client#658 sockjs-client#87 phoenix#3327,4023`,
  'core/test/peers/reports/platform.test.ts': `
    nats.ws#195 it-ws#97 trpc#5999 react-native-use-websocket#27 MQTT.js#1806 convex-nuxt#10 nuxt/nuxt#900
    nuxt-directus#264`,
  'core/test/peers/reports/process.test.ts': `
    deno#7457`,
  'core/test/peers/reports/queue.test.ts': `
    C0 sentry-javascript#7207 si#3892 bun#31760 oh-my-pi#4248`,
  'core/test/peers/reports/reconnecting.test.ts': `
    rxjs#6770 phoenix#3161 xchange-stream#107 jupyterlab#9931,2646 socket.io-client#326 centrifuge-js#391
    graphql-ws#163,558,244 coder/coder#23236`,
  'core/test/peers/reports/slowLink.test.ts': `
    socket.io#2666,2769 happn#158 sockjs-node#169 Chatbox#68 SignalR#4607 SocketCluster#149`,
  'core/test/peers/reports/sockets.test.ts': `
    rxjs#6848,5312,7111 graphql-ws#244,356,163 rails#23813 y-sweet#394`,
  'core/test/peers/reports/waking.test.ts': `
    phoenix#6534,6578,6620,6804,3327,4023 agentboard#65 whatomate#494 beatify#286 convex-js#183 pinchy#895
    viser#367 socket.io-client#271 socket.io#2924,1123 centrifuge-js#281 dotnet/aspnetcore#33970 joewalnes#5,14
    autobahn-js#136`,
  'vue/test/serverWithoutWindow.test.ts': `
    convex-nuxt#10 nuxt/nuxt#900 nuxt-directus#264`,
  'core/test/adapterContract/destinations.ts': `
    robtaussig#54`,
  'core/test/adapterContract/unmounting.ts': `
    robtaussig#52 partykit#400`,
}

/** Tests in real browsers of behaviour that is tested with fakes above, relative to `packages/core/test/browser/`. */
const browserTests: Record<string, string> = {
  'backForwardCache.browser.test.ts': 'phoenix#3327,4023',
  'closedWithoutEvent.browser.test.ts': 'centrifuge-js#228 trpc#4078',
  'hiddenPage.browser.test.ts': 'convex-js#183 phoenix#6804',
  'offScreenFrame.browser.test.ts': 'WICG/interventions#8 whatwg/html#11138',
  'offline.browser.test.ts': 'centrifuge-js#281',
  'pagehide.browser.test.ts': 'engine.io-client#658 sockjs-client#87',
  'sendBurst.browser.test.ts': 'C0 sentry-javascript#7207 si#3892',
  'upload.browser.test.ts': 'socket.io#2666',
  'wakeDuringDial.browser.test.ts': 'phoenix#6534',
}

/** Reports that cannot apply, by the reason. */
const impossible: Record<string, string> = {
  'one connection for all tabs: our client has none, as the README states': `
    socket.io#5095 robtaussig#155 autobahn-js#95 faye#469 hydrated-ws#255 surrealdb.js#403
    subscriptions-transport-ws#316 tabex#11`,
  'another transport where WebSockets are blocked: our client has none, as the README states': `
    pusher-js#23,37 SignalR#4686 GateOne#113 lambda-ui#86 Centaurus#22 SocketRocket#139 ably-java#121`,
  'hooks that share a connection by URL or key: our hooks share a client that the application creates': `
    vueuse#4280 robtaussig#160 alibaba/hooks#2338`,
}

const all = (lists: Record<string, string>): string[] => Object.values(lists).flatMap(expand)

test.each(reports)('%s is either tested or listed as impossible', (report) => {
  const found = [places, impossible].filter((lists) => all(lists).includes(report))
  expect(found).toHaveLength(1)
})

test('each number is in the list of all reports, once', () => {
  const numbers = [places, browserTests, impossible].flatMap(all)
  expect(numbers.filter((number) => !reports.includes(number))).toEqual([])
  expect(new Set(reports).size).toBe(reports.length)
})

test.each(Object.entries(places))('the titles of %s have exactly the listed numbers', (path, list) => {
  const found = numbersInTitles(path).filter((number) => number.includes('#') || reports.includes(number))
  expect(new Set(found)).toEqual(new Set(expand(list)))
})

test.each(Object.keys(browserTests))('the browser test %s exists', (file) => {
  expect(existsSync(new URL(`../../browser/${file}`, import.meta.url))).toBe(true)
})

// The code that the dialog shows: the file of a component, with the present settings in place of the import of its options.
import { chatStream } from '../../server/chatProtocol.ts'
import type { Settings } from '../settings.ts'

const texts = import.meta.glob<string>('./StatusAndChat.*', { query: '?raw', import: 'default', eager: true })

/** The files of the components. */
export const files = { vue: texts['./StatusAndChat.vue'] ?? '', react: texts['./StatusAndChat.tsx'] ?? '' }

/** What `codeOf` replaces. */
export const importOfOptions = "import { options, url } from './options.ts'\n"

/** The component of a panel's framework with these settings. */
export const codeOf = (kind: 'vue' | 'react', settings: Settings): string =>
  files[kind].replace(importOfOptions, () => imports(settings) + optionsCode(settings))

const imports = (settings: Settings): string =>
  "import { json } from '@holdfast/core'\n" +
  (settings.session ? "import { session } from '@holdfast/core/recovery'\n" : '') +
  `
type Received = { type: 'chat'; text: string; person: { name: string } } | { type: 'join' | 'leave' }
type Sent = { type: 'chat'; text: string }

`

/** The settings as code. */
export function optionsCode(settings: Settings): string {
  const { url, heartbeatInterval, heartbeatTimeout, maxAttempts, queueLimit } = settings
  const heartbeat = `{ interval: ${heartbeatInterval}, timeout: ${heartbeatTimeout} }`
  const reconnect = maxAttempts === null ? 'true' : `{ maxAttempts: ${maxAttempts} }`
  return `const url = '${url.replaceAll(/['\\]/g, '\\$&')}'
const options = {
  codec: json<Received, Sent>(),
  heartbeat: ${settings.heartbeat ? heartbeat : 'false'},
  reconnect: ${settings.reconnect ? reconnect : 'false'},
  queue: ${settings.queue ? `{ limit: ${queueLimit} }` : 'false'},
${settings.session ? `  session: session({ streams: ['${chatStream}'], pending: { limit: ${queueLimit} } }),\n` : ''}}
`
}

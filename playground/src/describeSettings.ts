// The settings in one line.
import { type Settings, defaultSettings } from './settings.ts'

/** What is shown beside the word "Settings" while the form is collapsed. */
export function describeSettings(settings: Settings): string {
  const { heartbeatInterval, heartbeatTimeout, maxAttempts } = settings
  return [
    settings.url === defaultSettings().url ? '' : settings.url,
    settings.shared ? 'one shared connection' : 'own connections',
    settings.session ? 'nothing lost' : 'plain',
    settings.session
      ? 'heartbeat set by the server'
      : !settings.heartbeat
        ? 'no heartbeat'
        : `heartbeat ${heartbeatInterval / 1000} s / ${heartbeatTimeout / 1000} s`,
    !settings.reconnect ? 'no reconnect' : maxAttempts === null ? 'reconnects' : `at most ${maxAttempts} attempts`,
    settings.queue ? `queue of ${settings.queueLimit}` : 'no queue',
  ]
    .filter(Boolean)
    .join(' · ')
}

import type { Command, Report } from '../arena/protocol.ts'
import { h } from './dom.ts'

export interface ArenaFrame {
  send(command: Command): void
  /** Ends the run and removes the iframe with all of its memory. */
  close(): void
}

/** Loads the arena in an iframe. */
export function openArena(host: HTMLElement, receive: (report: Report) => void): ArenaFrame {
  const frame = h('iframe', {
    class: 'arena',
    attributes: {
      'src': 'arena.html',
      'title': 'arena',
      'aria-hidden': 'true',
      'tabindex': -1,
    },
  })
  const listen = (event: MessageEvent<Report>): void => {
    if (event.source === frame.contentWindow && event.origin === location.origin) receive(event.data)
  }
  addEventListener('message', listen)
  host.append(frame)
  const send = (command: Command): void => frame.contentWindow?.postMessage(command, location.origin)
  return {
    send,
    close() {
      removeEventListener('message', listen)
      send({ type: 'stop' })
      frame.remove()
    },
  }
}

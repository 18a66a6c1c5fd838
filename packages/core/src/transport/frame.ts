/** What a WebSocket receives and sends (WHATWG WebSockets). */

/** A received frame. */
export type RawMessage = string | ArrayBuffer | Blob
/** A frame to send. */
export type RawOutgoing = RawMessage | ArrayBufferView
/** The type of sent messages where only that of received ones is given: frames for frames, else the same type. */
export type OutgoingFor<In> = [In] extends [RawMessage] ? RawOutgoing : In

/** Bytes of UTF-8 for text, else of the buffer or blob. */
export const byteLength = (frame: RawOutgoing): number =>
  typeof frame === 'string' ? utf8Length(frame) : ((frame as Blob).size ?? (frame as ArrayBuffer).byteLength)

/** Older versions of React Native have no `TextEncoder`. Per character (also an unpaired half of one), UTF-8 has as many bytes as here digits. */
const utf8Length = (text: string): number =>
  globalThis.TextEncoder
    ? new TextEncoder().encode(text).length
    : text.replace(/[^\0-\x7f]/gu, (char) => (char[1] ? '1234' : char < '\u0800' ? '12' : '123')).length

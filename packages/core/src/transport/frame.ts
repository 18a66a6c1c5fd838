/** What a WebSocket receives and sends (WHATWG WebSockets). */

/** A received frame. */
export type RawMessage = string | ArrayBuffer | Blob
/** A frame to send. */
export type RawOutgoing = RawMessage | ArrayBufferView
/** The type of sent messages where only that of received ones is given: frames for frames, else the same type. */
export type OutgoingFor<In> = In extends RawMessage ? RawOutgoing : In

/** Bytes of UTF-8 for text, else of the buffer or blob. */
export const byteLength = (frame: RawOutgoing): number =>
  typeof frame === 'string'
    ? new TextEncoder().encode(frame).length
    : ((frame as Blob).size ?? (frame as ArrayBuffer).byteLength)

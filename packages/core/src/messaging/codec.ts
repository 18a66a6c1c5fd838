/** Between messages and frames. A codec is two pure functions; it may throw, and its caller says what that means. */

/** What a WebSocket delivers. */
export type RawMessage = string | ArrayBuffer | Blob
/** What a WebSocket sends. */
export type RawOutgoing = RawMessage | ArrayBufferView

/** Bytes of UTF-8 for text, else of the buffer or blob. */
export const byteLength = (frame: RawOutgoing): number =>
  typeof frame === 'string'
    ? new TextEncoder().encode(frame).length
    : ((frame as Blob).size ?? (frame as ArrayBuffer).byteLength)

/** Turns messages into frames and back. Throw to refuse: `send` rethrows it as `EncodeError`, a received frame is reported as `DecodeError`. */
export interface Codec<In, Out> {
  encode(message: Out): RawOutgoing
  decode(data: RawMessage): In
  /** Given where `encode` writes JSON: `decode` for a value that is parsed already, as a session has it. */
  fromJson?(value: unknown): In
}

/** The part of Standard Schema v1 (standardschema.dev) that is used: any Zod, Valibot or ArkType schema fits. */
export interface Schema<Value> {
  readonly '~standard': {
    readonly validate: (value: unknown) => SchemaResult<Value> | Promise<SchemaResult<Value>>
    readonly types?: { readonly input: unknown; readonly output: Value } | undefined
  }
}
export type SchemaResult<Value> =
  | { readonly value: Value; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string; readonly path?: readonly unknown[] | undefined }[] }

const asIs: Codec<RawMessage, RawOutgoing> = {
  encode: (message) => {
    // By shape, not by class: a buffer or blob of another realm is as good.
    if (typeof message === 'string' || 'byteLength' in Object(message) || 'arrayBuffer' in Object(message))
      return message
    throw new TypeError('not a string, buffer or blob')
  },
  decode: (data) => data,
}

/** Frames as they are; the default. Refuses what a WebSocket would quietly turn into text, such as `[object Object]`. */
export const raw = (): Codec<RawMessage, RawOutgoing> => asIs

/**
 * JSON in text frames, checked by a schema in either direction if one is given. What the schema returns is what is delivered or sent.
 *
 * @example json({ incoming: z.object({ text: z.string() }) })
 */
export const json = <In = unknown, Out = unknown>(
  schemas: { incoming?: Schema<In>; outgoing?: Schema<Out> } = {},
): Codec<In, Out> => ({
  encode: (message) => {
    const text = JSON.stringify(check(schemas.outgoing, message))
    if (text === undefined) throw new TypeError(`JSON has no form for ${typeof message}`)
    return text
  },
  decode: (data) => {
    if (typeof data !== 'string') throw new TypeError('expected a text frame, got a binary one')
    return check(schemas.incoming, JSON.parse(data))
  },
  fromJson: (value) => check(schemas.incoming, value),
})

const check = <Value>(schema: Schema<Value> | undefined, value: unknown): Value => {
  if (!schema) return value as Value
  const result = schema['~standard'].validate(value)
  if ('then' in result) throw new TypeError('the schema is asynchronous; a codec needs a synchronous one')
  if (!result.issues) return result.value
  throw new TypeError(
    result.issues.map(({ message, path }) => (path ? `${path.map(step).join('.')}: ${message}` : message)).join('; '),
  )
}

/** A step of an issue's path is a key, or an object holding one. */
const step = (part: unknown): string => String((part as { key?: unknown } | null)?.key ?? part)

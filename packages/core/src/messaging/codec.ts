/** Converts messages to frames and back. A codec is two pure functions; the caller handles what they throw. */

import { DecodeError, EncodeError } from '../base/errors.ts'
import type { RawMessage, RawOutgoing } from '../transport/frame.ts'

/** Throw to refuse a message: `send` rethrows it as `EncodeError`, a received frame is reported as `DecodeError`. */
export interface Codec<In, Out> {
  encode(message: Out): RawOutgoing
  decode(data: RawMessage): In
  /** Present if `encode` writes JSON: decodes a value that is parsed already. A session uses it. */
  fromJson?(value: unknown): In
}

/** The part of Standard Schema v1 (standardschema.dev) that is used. Schemas of Zod, Valibot and ArkType fit. */
export interface Schema<Value> {
  readonly '~standard': {
    readonly validate: (value: unknown) => SchemaResult<Value> | Promise<SchemaResult<Value>>
    readonly types?: { readonly input: unknown; readonly output: Value } | undefined
  }
}
export type SchemaResult<Value> =
  | { readonly value: Value; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string; readonly path?: readonly unknown[] | undefined }[] }

const rawCodec: Codec<RawMessage, RawOutgoing> = {
  encode: (message) => {
    // By shape and not by class, so that buffers and blobs of another realm are accepted.
    if (typeof message === 'string' || 'byteLength' in Object(message) || 'arrayBuffer' in Object(message)) {
      return message
    }
    throw new TypeError('not a string, buffer or blob: to send JSON, pass codec: json()')
  },
  decode: (data) => data,
}

/** Frames as they are; the default. Refuses values that a WebSocket would convert to text such as `[object Object]`. */
export const raw = (): Codec<RawMessage, RawOutgoing> => rawCodec

/**
 * JSON in text frames. An optional schema for each direction validates it; what the schema returns is delivered or sent.
 *
 * @example json({ incoming: z.object({ text: z.string() }) })
 */
export const json = <In = unknown, Out = unknown>(
  schemas: { incoming?: Schema<In>; outgoing?: Schema<Out> } = {},
): Codec<In, Out> => ({
  encode: (message) => {
    const text = JSON.stringify(validate(schemas.outgoing, message))
    if (text === undefined) throw new TypeError(`JSON has no form for ${typeof message}`)
    return text
  },
  decode: (data) => {
    if (typeof data !== 'string')
      throw new TypeError('expected a text frame, got a binary one: the server must send text, not a buffer')
    return validate(schemas.incoming, JSON.parse(data))
  },
  fromJson: (value) => validate(schemas.incoming, value),
})

const validate = <Value>(schema: Schema<Value> | undefined, value: unknown): Value => {
  if (!schema) return value as Value
  const result = schema['~standard'].validate(value)
  if ('then' in result) throw new TypeError('the schema is asynchronous; a codec needs a synchronous one')
  if (!result.issues) return result.value
  throw new TypeError(
    result.issues.map(({ message, path }) => (path ? `${path.map(keyOf).join('.')}: ${message}` : message)).join('; '),
  )
}

/** A step of an issue's path is a key, or an object with a key. */
const keyOf = (step: unknown): string => String((step as { key?: unknown } | null)?.key ?? step)

/** Encodes with the codec of a user. @throws EncodeError */
export const encodeMessage = (codec: Codec<unknown, unknown>, message: unknown): RawOutgoing => {
  try {
    const frame = codec.encode(message)
    if (frame === undefined) throw new TypeError('the codec gave no frame')
    return frame
  } catch (cause) {
    throw new EncodeError(`${cause}`, { cause })
  }
}

/** Returns the message, or a `DecodeError` if the codec throws. */
export const decodeMessage = (codec: Codec<unknown, unknown>, frame: unknown): unknown => {
  try {
    return codec.decode(frame as RawMessage)
  } catch (cause) {
    return new DecodeError(`${cause}`, { cause })
  }
}

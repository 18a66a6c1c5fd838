/** The part of Node's `Buffer` that the hub uses. */

const encoder = new TextEncoder()
const decoder = new TextDecoder()

const toBase64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

export class ShimBuffer extends Uint8Array {
  write(text: string, offset: number): number {
    return encoder.encodeInto(text, this.subarray(offset)).written
  }

  writeUInt16BE(value: number, offset: number): void {
    this._view().setUint16(offset, value)
  }

  writeBigUInt64BE(value: bigint, offset: number): void {
    this._view().setBigUint64(offset, value)
  }

  override toString(encoding: 'utf8' | 'hex' | 'base64url' = 'utf8'): string {
    if (encoding === 'hex') return Array.from(this, (byte) => byte.toString(16).padStart(2, '0')).join('')
    return encoding === 'base64url' ? toBase64Url(this) : decoder.decode(this)
  }

  private _view(): DataView {
    return new DataView(this.buffer, this.byteOffset, this.byteLength)
  }
}

/** The static methods. They are no static members, because those of `Uint8Array` accept other arguments. */
export const bufferMethods = {
  from: (source: ArrayLike<number> | ArrayBuffer | string): ShimBuffer => {
    const bytes = typeof source === 'string' ? encoder.encode(source) : new Uint8Array(source)
    const buffer = new ShimBuffer(bytes.length)
    buffer.set(bytes)
    return buffer
  },
  allocUnsafe: (length: number): ShimBuffer => new ShimBuffer(length),
  byteLength: (source: string | ArrayBufferLike | ArrayBufferView): number =>
    typeof source === 'string' ? encoder.encode(source).length : source.byteLength,
  concat: (parts: readonly Uint8Array[]): ShimBuffer => {
    const whole = new ShimBuffer(parts.reduce((sum, { length }) => sum + length, 0))
    let offset = 0
    for (const part of parts) {
      whole.set(part, offset)
      offset += part.length
    }
    return whole
  },
}

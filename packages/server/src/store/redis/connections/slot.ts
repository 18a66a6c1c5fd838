/** The slot of a key in a Redis Cluster: CRC16 (XMODEM) of the key, or of the text in its first braces, modulo 16384. */
export const slotOf = (key: string): number => {
  const start = key.indexOf('{')
  const end = start < 0 ? -1 : key.indexOf('}', start)
  const hashed = end > start + 1 ? key.slice(start + 1, end) : key
  let crc = 0
  for (const byte of Buffer.from(hashed)) {
    crc ^= byte << 8
    for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff
  }
  return crc % 16_384
}

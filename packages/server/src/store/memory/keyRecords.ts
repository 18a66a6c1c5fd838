/**
 * Records of idempotency keys, in memory. Each belongs to an owner: a user, or a stream. They are bounded in bytes for each owner first,
 * so that one owner cannot use up the memory of the others.
 */

import { type Clock, monotonicNow } from '../../clock.ts'
import { KEY_OVERHEAD } from '../keptAnswers.ts'

interface KeyRecord {
  value: string
  until: number
}

interface Owner {
  /** The oldest record comes first. */
  readonly records: Map<string, KeyRecord>
  /** The keys of the records whose value can be replaced by a shorter one. The oldest comes first. */
  readonly long: Set<string>
  bytes: number
}

export interface KeyRecordsOptions {
  clock: Clock
  /** How long a record is kept, in ms. */
  ms: number
  /** The most bytes of all records. */
  bytes: number
  /** The most bytes of the records of one owner. Above it, its oldest records are removed. */
  ownerBytes: number
  /** Returns the shorter value that takes the place of a value when space is needed. The key stays valid. */
  shorten(value: string): string
  /** A record was removed before its time, because the limits were exceeded. */
  onEvict(): void
}

/** The memory of a record, in bytes. */
export const sizeOf = (key: string, value: string): number => key.length + value.length + KEY_OVERHEAD

export const createKeyRecords = (options: KeyRecordsOptions) => {
  const { clock, ms, ownerBytes, shorten, onEvict } = options
  /** The owner that was used least recently comes first. */
  const owners = new Map<string, Owner>()
  let bytes = 0

  const add = (owner: Owner, size: number): void => {
    owner.bytes += size
    bytes += size
  }
  const remove = (owner: Owner, key: string, { value }: KeyRecord): void => {
    owner.records.delete(key)
    owner.long.delete(key)
    add(owner, -sizeOf(key, value))
  }
  const removeExpired = (owner: Owner): void => {
    for (const [key, record] of owner.records) {
      if (record.until > monotonicNow(clock)) return
      remove(owner, key, record)
    }
  }
  /** Frees memory of an owner. Returns false if only the newest key is left. */
  const shrink = (owner: Owner): boolean => {
    for (const key of owner.long) {
      const record = owner.records.get(key)!
      const value = shorten(record.value)
      add(owner, value.length - record.value.length)
      record.value = value
      owner.long.delete(key)
      return true
    }
    if (owner.records.size <= 1) return false
    for (const [key, record] of owner.records) {
      remove(owner, key, record)
      onEvict()
      return true
    }
    return false
  }
  const shrinkAll = (newest: Owner): void => {
    for (const [name, owner] of owners) {
      removeExpired(owner)
      while (bytes > options.bytes && shrink(owner));
      if (bytes > options.bytes && owner !== newest) {
        for (const [key, record] of owner.records) {
          remove(owner, key, record)
          onEvict()
        }
      }
      if (owner.records.size === 0) owners.delete(name)
      if (bytes <= options.bytes) return
    }
  }
  return {
    /** The bytes of the records of an owner. */
    bytesOf: (name: string): number => {
      const owner = owners.get(name)
      if (owner) removeExpired(owner)
      return owner?.bytes ?? 0
    },
    get: (name: string, key: string): string | undefined => {
      const record = owners.get(name)?.records.get(key)
      return record && record.until > monotonicNow(clock) ? record.value : undefined
    },
    set: (name: string, key: string, value: string): void => {
      const owner = owners.get(name) ?? { records: new Map<string, KeyRecord>(), long: new Set<string>(), bytes: 0 }
      const earlier = owner.records.get(key)
      if (earlier) remove(owner, key, earlier)
      // Setting it again moves the owner to the end.
      owners.delete(name)
      owners.set(name, owner)
      owner.records.set(key, { value, until: monotonicNow(clock) + ms })
      if (shorten(value).length < value.length) owner.long.add(key)
      add(owner, sizeOf(key, value))
      removeExpired(owner)
      while (owner.bytes > ownerBytes && shrink(owner));
      shrinkAll(owner)
    },
  }
}

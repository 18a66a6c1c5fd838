import { test } from 'vitest'
import * as parts from './parts.ts'
import { live } from './schedule.ts'
test('debug', async () => {
  const life = JSON.parse(process.env['LIFE']!)
  console.log(await live(parts, life, (...said: unknown[]) => console.log(...said)))
}, 60_000)

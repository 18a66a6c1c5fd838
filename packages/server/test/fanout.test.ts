/** The fan-out bench, small, for its counts alone. */

import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const bench = fileURLToPath(new URL('../../../bench/fanout/run.mjs', import.meta.url))

test('the fan-out bench counts every message of a session once, over a cut too', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [bench, '--quick'])
  expect(stdout).toContain('hubSession: 2550 delivered, 0 lost, 0 doubled')
  expect(stdout).not.toContain('FAILED')
}, 60_000)

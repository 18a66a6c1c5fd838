/** Runs the presence benchmark at a small scale and checks only its counts. */

import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const benchmark = fileURLToPath(new URL('../../../bench/presence/run.mjs', import.meta.url))

// The benchmark runs six processes, one pair after the other. The timeout only guards against a hang.
test(
  'the presence benchmark ends when each of 20 clients has all 20 members',
  { timeout: 900_000 },
  async ({ signal }) => {
    const { stdout } = await promisify(execFile)(process.execPath, [benchmark, '--quick'], { signal })
    for (const candidate of ['hub', 'socketIo']) expect(stdout).toContain(`${candidate}, 20 clients: 400 members known`)
    expect(stdout).not.toContain('FAILED')
  },
)

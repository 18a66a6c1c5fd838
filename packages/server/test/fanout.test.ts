/** Runs the fan-out benchmark at a small scale and checks only its counts. */

import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const benchmark = fileURLToPath(new URL('../../../bench/fanout/run.mjs', import.meta.url))

// The benchmark runs 14 processes that count messages, which takes minutes on a loaded machine. The timeout only guards against a hang.
test(
  'the fan-out benchmark counts every message of a session once, also after a cut',
  { timeout: 900_000 },
  async ({ signal }) => {
    const { stdout } = await promisify(execFile)(process.execPath, [benchmark, '--quick'], { signal })
    expect(stdout).toContain('hubSession: 2550 delivered, 0 lost, 0 doubled')
    expect(stdout).not.toContain('FAILED')
  },
)

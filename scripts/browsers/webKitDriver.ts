/** WebKitGTK over classic WebDriver. Its MiniBrowser needs a screen, which Xvfb provides. */

import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Program, startProgram } from './childProcess.ts'
import { type BrowserDriver, asJson } from './driver.ts'
import { type WebDriverSession, startWebDriverSession } from './webDriver.ts'

export interface WebKitPaths {
  driver: string
  miniBrowser: string
  xvfb: string
}

export async function startWebKit(paths: WebKitPaths): Promise<BrowserDriver> {
  const home = await mkdtemp(join(tmpdir(), 'holdfast-webkit-'))
  /** The last one first, because it needs the earlier ones. */
  const programs: Program[] = []
  const quit = async (): Promise<void> => {
    for (const program of programs) await program.stop()
    await rm(home, { recursive: true, force: true })
  }
  const start = (...args: Parameters<typeof startProgram>): Program => {
    const program = startProgram(...args)
    programs.unshift(program)
    return program
  }
  try {
    // Xvfb chooses a free display, and writes its number to the file descriptor 1.
    const xvfb = start(paths.xvfb, ['-displayfd', '1', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'])
    const [display] = await xvfb.line(/^\d+$/m)
    const port = await freePort()
    start(paths.driver, [`--port=${port}`], {
      DISPLAY: `:${display}`,
      HOME: home,
      // Its sandbox needs privileges that containers do not give. The tests load pages of this machine only.
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
      LIBGL_ALWAYS_SOFTWARE: '1',
    })
    const server = `http://127.0.0.1:${port}`
    await untilListening(server)
    const session = await startWebDriverSession(server, {
      'webkitgtk:browserOptions': { binary: paths.miniBrowser, args: ['--automation'] },
      'timeouts': { script: 600_000, pageLoad: 600_000 },
    })
    return {
      ...pages(session),
      quit: async () => {
        await session.end().catch(() => {})
        await quit()
      },
    }
  } catch (error) {
    await quit()
    throw error
  }
}

function pages(session: WebDriverSession): Omit<BrowserDriver, 'quit'> {
  return {
    open: async (url) => {
      const handle = await session.newWindow()
      await session.inWindow(handle, 'POST', '/url', { url })
      return handle
    },
    evaluate: async (handle, expression) => {
      const script = `const done = arguments[0]; ${asJson(expression)}.then((value) => done({ value }), (error) => done({ error: String(error) }))`
      const body = { script, args: [] }
      const { value, error } = await session.inWindow<{ value: string; error?: string }>(
        handle,
        'POST',
        '/execute/async',
        body,
      )
      if (error) throw new Error(error)
      return JSON.parse(value)
    },
    hide: async (handle) => void (await session.inWindow(handle, 'POST', '/window/minimize')),
    // Setting the size of a minimized window restores it.
    show: async (handle) => void (await session.inWindow(handle, 'POST', '/window/rect', { width: 800, height: 600 })),
    close: async (handle) => void (await session.inWindow(handle, 'DELETE', '/window')),
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** The driver prints nothing when it is ready. */
async function untilListening(server: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await fetch(`${server}/status`)
      return
    } catch (error) {
      if (attempt === 200) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}

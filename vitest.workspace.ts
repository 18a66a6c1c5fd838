import { availableParallelism } from 'node:os'
import vue from '@vitejs/plugin-vue'
import { defaultClientConditions, defaultServerConditions } from 'vite'
import { type TestProjectConfiguration, defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { arenaConfig } from './laboratory/arenaConfig.ts'
import { commands } from './scripts/browsers/commands.ts'
import { browserInstances } from './scripts/browsers/instances.ts'
import { refuseHandshakes } from './scripts/browsers/refuseHandshakes.ts'
import { findChromium } from './scripts/findChromium.mjs'
import { findRedis } from './scripts/findRedis.mjs'
import { reactCompiler } from './scripts/reactCompiler.mjs'

/** Packages are tested from their sources: `source` is the first condition of every `exports`. `ssr` applies to node, the rest to jsdom. */
const resolve = { conditions: ['source', ...defaultServerConditions] }
const node = { resolve, ssr: { resolve } }
const client = { conditions: ['source', ...defaultClientConditions] }

/** Tests with these suffixes need a browser or Redis, and run in other projects. */
const otherProjects = ['**/node_modules/**', '**/dist/**', '**/*.{browser,e2e,redis}.test.ts?(x)']

/**
 * Timeouts only guard against a hang, in ms: tests wait for events, and a loaded machine may be ten times slower. `PROCESS_GUARD` is for
 * tests that build packages or start processes.
 */
const GUARD = 60_000
const PROCESS_GUARD = 900_000
const guards = { testTimeout: GUARD, hookTimeout: GUARD, expect: { poll: { timeout: GUARD / 2 } } }

const chromium = findChromium()
if (!chromium) console.warn('\nNo Chromium: its browser tests and the project e2e are LEFT OUT of this run.\n')
const instances = browserInstances(chromium)
const redisServer = findRedis()
if (!redisServer) console.warn('\nNo redis-server: the project redis is LEFT OUT of this run.\n')

/** One worker runs many files, because what they import takes longer to load than most of the files take to run. */
const sharedWorker = { isolate: false } as const
const jsdom = { environment: 'jsdom', ...sharedWorker } as const

function project(name: string, environment: object): TestProjectConfiguration {
  return {
    ...node,
    test: {
      ...guards,
      ...environment,
      name,
      root: `packages/${name}`,
      include: ['test/**/*.test.ts?(x)'],
      exclude: otherProjects,
    },
  }
}

/** The server with the memory store. The tests that need Redis are another project. */
const server: TestProjectConfiguration = {
  ...node,
  test: {
    ...guards,
    name: 'server',
    environment: 'node',
    root: 'packages/server',
    include: ['test/**/*.test.ts'],
    exclude: [...otherProjects, '**/*.redis.test.ts'],
  },
}

function react(major: '18' | '19', alias: Record<string, string> = {}, isCompiled = false): TestProjectConfiguration {
  return {
    ...node,
    resolve: { ...resolve, alias },
    plugins: isCompiled ? [reactCompiler(/packages\/react\/(src|test)\/.*\.tsx?$/)] : [],
    test: {
      ...guards,
      ...jsdom,
      name: isCompiled ? 'react-compiler' : major === '19' ? 'react' : `react${major}`,
      root: 'packages/react',
      include: ['test/**/*.test.ts?(x)'],
      exclude: otherProjects,
      provide: { reactMajor: major, isCompiled },
      // An alias applies only to modules that Vite transforms.
      server: { deps: { inline: [/@testing-library\/react/] } },
    },
  }
}

const root = import.meta.dirname
const react18 = react('18', {
  'react-dom': `${root}/packages/react18/node_modules/react-dom`,
  'react': `${root}/packages/react18/node_modules/react`,
  '@testing-library/react': `${root}/node_modules/@testing-library/react/dist/@testing-library/react.esm.js`,
})

/** The React package and its tests, compiled with the React Compiler, which memoises components and their hooks. */
const reactCompiled = react('19', {}, true)

const playground: TestProjectConfiguration = {
  plugins: [vue()],
  ...node,
  test: {
    ...guards,
    name: 'playground',
    include: ['playground/**/*.test.ts'],
    exclude: [...otherProjects, '**/*.dom.test.ts'],
  },
}

const playgroundDom: TestProjectConfiguration = {
  plugins: [vue()],
  ...node,
  test: {
    ...guards,
    ...jsdom,
    name: 'playground-dom',
    setupFiles: 'packages/vue/test/support/disableAutoUnmount.ts',
    include: ['playground/**/*.dom.test.ts?(x)'],
    exclude: otherProjects,
  },
}

/** Runs the code and checks the statements of the documentation. The test of the language check belongs here, because it checks documentation too. */
const examples: TestProjectConfiguration = {
  ...node,
  // These packages contain sources under our condition `source`. A user gets their builds.
  resolve: {
    ...resolve,
    alias: [
      {
        find: /^@hocuspocus\/(common|provider|server)$/,
        replacement: `${root}/node_modules/@hocuspocus/$1/dist/hocuspocus-$1.esm.js`,
      },
    ],
  },
  test: {
    ...guards,
    ...sharedWorker,
    name: 'examples',
    server: { deps: { inline: [/@hocuspocus/] } }, // an alias applies only to modules that Vite transforms
    include: ['examples/**/*.test.ts?(x)', 'scripts/{docsCheck,engines,language,mutants}.test.ts'],
    exclude: [...otherProjects, '**/*.dom.test.ts?(x)'],
  },
}

const examplesDom: TestProjectConfiguration = {
  plugins: [vue()],
  ...node,
  test: {
    ...guards,
    ...jsdom,
    name: 'examples-dom',
    setupFiles: 'packages/vue/test/support/disableAutoUnmount.ts',
    include: ['examples/**/*.dom.test.ts?(x)'],
    exclude: otherProjects,
  },
}

/** The hub runs on the shims that it has in the laboratory's page. */
const laboratory: TestProjectConfiguration = {
  ...node,
  resolve: { ...resolve, alias: arenaConfig.resolve.alias },
  define: arenaConfig.define,
  test: {
    ...guards,
    ...sharedWorker,
    name: 'laboratory',
    include: ['laboratory/**/*.test.ts?(x)'],
    exclude: otherProjects,
  },
}

/** Runs tsc once for the type tests of all packages. That every other file has correct types is a part of `npm run check`. */
const types: TestProjectConfiguration = {
  test: {
    name: 'types',
    include: [],
    typecheck: {
      enabled: true,
      only: true,
      include: ['packages/*/test/**/*.test-d.ts?(x)'],
      tsconfig: './tsconfig.types.json',
    },
  },
}

/** The packages in real browsers, with a real server. One file at a time, beside those of the workers: they share the servers and the browser. */
const browser: TestProjectConfiguration = {
  plugins: [refuseHandshakes],
  resolve: client,
  // Vue warns if they are missing.
  define: { __VUE_OPTIONS_API__: true, __VUE_PROD_DEVTOOLS__: false, __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: false },
  // All in advance and together: Vite reloads the page when it finds another one, and would then load a framework twice.
  optimizeDeps: {
    include: [
      '@testing-library/react',
      '@vue/test-utils',
      '@vueuse/shared',
      'react',
      'react-dom/client',
      'react/jsx-dev-runtime',
      'vue',
    ],
  },
  test: {
    ...guards,
    name: 'browser',
    include: ['{packages/*/test,examples}/**/*.browser.test.ts?(x)'],
    globalSetup: 'packages/core/test/support/globalSetup.ts',
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      fileParallelism: false,
      commands,
      instances,
    },
  },
}

/** The playground with its own server, the built site and the built laboratory, in a Chromium controlled by Playwright. */
const e2e: TestProjectConfiguration = {
  test: {
    ...guards,
    name: 'e2e',
    include: ['{docs,playground,laboratory}/**/*.e2e.test.ts'],
    env: { CHROMIUM: chromium ?? '' },
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
}

/** The Redis store, on servers that the tests start. */
const redis: TestProjectConfiguration = {
  ...node,
  test: {
    ...guards,
    name: 'redis',
    root: 'packages/server',
    include: ['test/**/*.redis.test.ts'],
  },
}

/** The packages as npm publishes them. */
const pack: TestProjectConfiguration = {
  test: {
    name: 'pack',
    include: ['scripts/pack.test.ts'],
    testTimeout: PROCESS_GUARD,
    hookTimeout: PROCESS_GUARD,
  },
}

/** At the end of a run only small files remain, so that no core waits for a long one. Vitest sorts the projects by their names. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ project: { name } }: TestSpecification): number => ['server', 'redis', 'pack', 'e2e'].indexOf(name)
    return (await super.sort(files)).sort((a, b) => rank(b) - rank(a))
  }
}

export default defineConfig({
  test: {
    // One more than cores, because the tests of servers and browsers wait most of the time. The default is one less.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: LongestFirst },
    projects: [
      // Many small files: a thread starts sooner than a process.
      project('core', { environment: 'node', pool: 'threads' }),
      server,
      project('vue', jsdom),
      react('19'),
      react18,
      reactCompiled,
      playground,
      playgroundDom,
      examples,
      examplesDom,
      laboratory,
      types,
      ...(redisServer ? [redis] : []),
      ...(instances.length > 0 ? [browser] : []),
      ...(chromium ? [e2e] : []),
      pack,
    ],
  },
})

import { type Options, defineConfig } from 'tsup'

const mangle: NonNullable<Options['esbuildOptions']> = (options) => {
  options.mangleProps = /^_[a-z]/
}

export default defineConfig([
  {
    entry: {
      'index': 'src/index.ts',
      'testing': 'src/testing/index.ts',
      'recovery': 'src/session/index.ts',
      'event-source': 'src/eventSource/index.ts',
      'reconnecting-websocket': 'src/reconnectingWebSocket/index.ts',
      'adapter': 'src/adapter/index.ts',
    },
    format: ['esm', 'cjs'],
    target: 'es2022',
    treeshake: true,
    splitting: true, // in CommonJS too: an error of /recovery is an instance of the class that the main entry exports
    // Private members. All entries are one build, so that their names agree where entries share objects.
    esbuildOptions: mangle,
    clean: ['!**/*.global.js'], // that of the build below, which runs at the same time
    dts: { compilerOptions: { ignoreDeprecations: '6.0' } }, // tsup 8 sets baseUrl, which TypeScript 6 deprecates
  },
  // For a page with a `<script src>`: the main entry as the global `Holdfast`.
  {
    entry: { index: 'src/index.ts' },
    format: 'iife',
    globalName: 'Holdfast',
    target: 'es2022',
    minify: true,
    esbuildOptions: mangle,
    clean: false,
  },
])

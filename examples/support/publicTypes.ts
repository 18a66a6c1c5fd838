/** Reads the members of the public types from the sources with the TypeScript compiler, to compare them with the documentation. */

import { join } from 'node:path'
import ts from 'typescript'

export interface Member {
  name: string
  /** The text of its `@default` tag. */
  standard: string | undefined
}

const ENTRIES = {
  core: 'core/src',
  server: 'server/src',
  eventSource: 'core/src/eventSource',
  reconnectingWebSocket: 'core/src/reconnectingWebSocket',
  recovery: 'core/src/session',
  testing: 'core/src/testing',
}
type Entry = keyof typeof ENTRIES

const entryOf = (entry: Entry): string => join(import.meta.dirname, `../../packages/${ENTRIES[entry]}/index.ts`)
const program = ts.createProgram((Object.keys(ENTRIES) as Entry[]).map(entryOf), {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  allowImportingTsExtensions: true,
  lib: ['lib.es2022.d.ts', 'lib.esnext.disposable.d.ts', 'lib.dom.d.ts'],
  strict: true,
  noEmit: true,
})
const checker = program.getTypeChecker()

/** The names of everything that a package exports. */
export const exportsOf = (entry: Entry): string[] => exportedSymbols(entry).map(({ name }) => name)

function exportedSymbols(entry: Entry): ts.Symbol[] {
  const file = program.getSourceFile(entryOf(entry))
  const module = file && checker.getSymbolAtLocation(file)
  return module ? checker.getExportsOfModule(module) : []
}

/** The members of an exported type of a package, including inherited and mapped ones. */
export const members = (typeName: string, entry: Entry = 'core'): Member[] => {
  const exported = exportedSymbols(entry).find(({ name }) => name === typeName)
  if (!exported) throw new Error(`${entry} exports no type ${typeName}`)
  const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported
  return checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol)).map((property) => ({
    name: property.name.startsWith('__@dispose') ? '[Symbol.dispose]' : property.name,
    standard: property
      .getJsDocTags(checker)
      .filter(({ name }) => name === 'default')
      .map(({ text }) => ts.displayPartsToString(text))[0],
  }))
}

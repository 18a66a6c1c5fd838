/** Reads the names in the type declarations of the published packages with the TypeScript compiler. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

const root = join(import.meta.dirname, '../../..')

/** The declarations of each library, relative to its folder. The last one is no package. */
const FILES = {
  '@vueuse/core': 'dist/index.d.ts',
  'react-use-websocket': 'dist/lib/types.d.ts',
  'react-use-websocket/use-event-source': 'dist/lib/use-event-source.d.ts',
  'ahooks': 'lib/useWebSocket/index.d.ts',
  'reconnecting-websocket': 'dist/reconnecting-websocket.d.ts',
  'partysocket': 'index.d.ts',
  'partysocket/ws': 'ws.d.ts',
  'partysocket/react': 'react.d.ts',
  'socket.io-client': 'build/esm/manager.d.ts',
  'socket.io-client/socket': 'build/esm/socket.d.ts',
  'handWritten': '../../examples/migration/handWritten/before.ts',
} as const
export type Library = keyof typeof FILES

/** The folder of an installed package. Not every package exports its `package.json`. */
export const folderOf = (library: string): string => {
  const [first = '', second = ''] = library.split('/')
  return join(root, 'node_modules', first.startsWith('@') ? `${first}/${second}` : first)
}

/** The version that is installed, and so the one that the guides describe. */
export const versionOf = (library: string): string =>
  (JSON.parse(readFileSync(join(folderOf(library), 'package.json'), 'utf8')) as { version: string }).version

const pathOf = (library: Library): string => join(folderOf(library), FILES[library])

const program = ts.createProgram((Object.keys(FILES) as Library[]).map(pathOf), {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
  types: [],
  strict: true,
  noEmit: true,
})
const checker = program.getTypeChecker()

export interface Name {
  /** The names in an object option have its name before them: `heartbeat.message`. */
  name: string
  /** The text of its `@default` tag. */
  standard: string | undefined
}

const symbolOf = (library: Library, typeName: string): ts.Symbol => {
  const file = program.getSourceFile(pathOf(library))
  const local = file?.statements.find(
    (statement) =>
      (ts.isInterfaceDeclaration(statement) ||
        ts.isTypeAliasDeclaration(statement) ||
        ts.isClassDeclaration(statement)) &&
      statement.name?.text === typeName,
  ) as ts.DeclarationStatement | undefined
  const module = file && checker.getSymbolAtLocation(file)
  const exported = module && checker.getExportsOfModule(module).find(({ name }) => name === typeName)
  const symbol = local?.name ? checker.getSymbolAtLocation(local.name) : exported
  if (!symbol) throw new Error(`${library} declares no type ${typeName}`)
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
}

const isPublic = (property: ts.Symbol): boolean =>
  !property.name.startsWith('_') &&
  !property.declarations?.some(
    (declaration) => ts.getCombinedModifierFlags(declaration) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected),
  )

/** The part of a union that is an object: of `boolean | { message?: string }` the second one. */
const objectIn = (type: ts.Type): ts.Type => {
  const parts = type.isUnion() ? type.types : [type]
  return parts.find((part) => part.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) ?? type
}

const namesIn = (type: ts.Type, groups: readonly string[], prefix = ''): Name[] =>
  checker
    .getPropertiesOfType(type)
    .filter(isPublic)
    .flatMap((property) => {
      const name = prefix + property.name
      const standard = property
        .getJsDocTags(checker)
        .filter((tag) => tag.name === 'default')
        .map(({ text }) => ts.displayPartsToString(text))[0]
      const nested = groups.includes(name) ? namesIn(objectIn(checker.getTypeOfSymbol(property)), [], `${name}.`) : []
      return [{ name, standard }, ...nested]
    })

/** The public members of a type of a library. @param groups options that are objects, whose names are listed too */
export const membersOf = (library: Library, typeName: string, groups: readonly string[] = []): Name[] =>
  namesIn(checker.getDeclaredTypeOfSymbol(symbolOf(library, typeName)), groups)

export const namesOf = (library: Library, typeName: string, groups: readonly string[] = []): string[] =>
  membersOf(library, typeName, groups).map(({ name }) => name)

/** Reads default values in the published code: `{ delay = 1000 }`, `delay === void 0 ? 1000 : delay`, and objects of defaults. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { folderOf } from './declarations.ts'

/** A value as the tables show it. Undefined if it is computed at run time. */
const textOf = (node: ts.Expression, constants: ReadonlyMap<string, ts.Expression>): string | undefined => {
  if (ts.isIdentifier(node) && constants.has(node.text)) return textOf(constants.get(node.text)!, constants)
  if (ts.isStringLiteral(node)) return `'${node.text}'`
  if (ts.isArrayLiteralExpression(node) && node.elements.length === 0) return '[]'
  if (node.kind === ts.SyntaxKind.TrueKeyword) return 'true'
  if (node.kind === ts.SyntaxKind.FalseKeyword) return 'false'
  const text = node.getText()
  if (/^(Number\.POSITIVE_INFINITY|Infinity)$/.test(text)) return 'Infinity'
  const factors = text.split('*').map((factor) => Number(factor.trim() || NaN))
  const product = factors.reduce((all, factor) => all * factor, 1)
  return Number.isNaN(product) ? undefined : `${product}`
}

/** The default in `given === void 0 ? default : given`, as compilers write it. */
const compiledDefault = (node: ts.Expression | undefined): ts.Expression | undefined =>
  node && ts.isConditionalExpression(node) && node.condition.getText().endsWith('=== void 0')
    ? node.whenTrue
    : undefined

/**
 * The default values in a function or an object, by name.
 *
 * @param file relative to the folder of the package
 * @param scope the name of the function or of the variable. Without it, the constants that a CommonJS module exports
 */
export const defaultsIn = (library: string, file: string, scope?: string): Record<string, string> => {
  const source = ts.createSourceFile(
    file,
    readFileSync(join(folderOf(library), file), 'utf8'),
    ts.ScriptTarget.ESNext,
    true,
  )
  const constants = new Map<string, ts.Expression>()
  const found: Record<string, string> = {}
  let isFound = false
  const add = (name: string, value: ts.Expression | undefined): void => {
    const text = value && textOf(value, constants)
    if (text !== undefined) found[name] = text
  }
  const collect = (node: ts.Node): void => {
    if (ts.isBindingElement(node)) add((node.propertyName ?? node.name).getText(), node.initializer)
    if (ts.isPropertyAssignment(node)) add(node.name.getText(), node.initializer)
    if (ts.isVariableDeclaration(node)) add(node.name.getText(), compiledDefault(node.initializer))
    node.forEachChild(collect)
  }
  const find = (node: ts.Node): void => {
    if (ts.isBinaryExpression(node) && node.left.getText().startsWith('exports.')) {
      const name = node.left.getText().slice('exports.'.length)
      if (name === scope) collect(node)
      if (scope === undefined) add(name, node.right)
      isFound ||= name === scope || scope === undefined
    }
    const isNamed = (ts.isFunctionDeclaration(node) || ts.isVariableDeclaration(node)) && node.name?.getText() === scope
    if (isNamed) collect(node)
    isFound ||= isNamed
    node.forEachChild(find)
  }
  for (const statement of source.statements) {
    if (!ts.isVariableStatement(statement)) continue
    for (const { name, initializer } of statement.declarationList.declarations) {
      if (initializer) constants.set(name.getText(), initializer)
    }
  }
  find(source)
  if (!isFound) throw new Error(`${library}/${file}: there is no ${scope}`)
  return found
}

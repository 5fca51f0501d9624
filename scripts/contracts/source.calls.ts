import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

/** A text, a list of texts, or undefined for anything computed. */
type Literal = string | readonly string[] | undefined;

/** A call of a named function in the product's source, with its arguments that are known without running it. */
export interface SourceCall {
  readonly callee: string;
  readonly file: string;
  readonly line: number;
  readonly args: readonly Literal[];
}

/** The TypeScript files of a folder without its tests, in stable order. */
export const sourceFiles = (folder: string): string[] =>
  filesBelow(folder)
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .map((path) => `${folder}/${path}`);

/** All files below a folder, as paths from it with `/`, sorted. */
export const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();

/** Every call of one of these functions under a folder: read from the source, so nothing has to be started. */
export function callsOf(folder: string, callees: ReadonlySet<string>): SourceCall[] {
  return sourceFiles(folder).flatMap((file) => callsIn(file, callees));
}

function callsIn(file: string, callees: ReadonlySet<string>): SourceCall[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022);
  const found: SourceCall[] = [];
  const constants = new Map<string, Literal>();
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer) {
      constants.set(node.name.text, literalOf(node.initializer, constants));
    }
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      const callee = nameOf(node.expression);
      if (callee !== undefined && callees.has(callee)) {
        const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
        found.push({
          callee,
          file,
          line,
          args: (node.arguments ?? []).map((arg) => literalOf(arg, constants)),
        });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function nameOf(expression: ts.Expression): string | undefined {
  if (ts.isIdentifier(expression)) return expression.text;
  return ts.isPropertyAccessExpression(expression) ? expression.name.text : undefined;
}

/** The value of a literal, or of a constant that the same file declared as one. */
function literalOf(node: ts.Expression, constants: ReadonlyMap<string, Literal>): Literal {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isIdentifier(node)) return constants.get(node.text);
  if (!ts.isArrayLiteralExpression(node)) return undefined;
  const texts = node.elements.map((element) => literalOf(element, constants));
  return texts.every((text) => typeof text === 'string') ? texts : undefined;
}

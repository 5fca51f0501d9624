import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

/** A call of a named function in the product's source, with its arguments that are known without running it. */
export interface SourceCall {
  readonly callee: string;
  readonly file: string;
  readonly line: number;
  /** A text, a list of texts, or undefined for anything computed. */
  readonly args: readonly (string | readonly string[] | undefined)[];
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
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      const callee = nameOf(node.expression);
      if (callee !== undefined && callees.has(callee)) {
        const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
        found.push({ callee, file, line, args: (node.arguments ?? []).map(literalOf) });
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

function literalOf(node: ts.Expression): string | readonly string[] | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isArrayLiteralExpression(node)) return undefined;
  const texts = node.elements.map(literalOf);
  return texts.every((text) => typeof text === 'string') ? texts : undefined;
}

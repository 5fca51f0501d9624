import ts from 'typescript';

const OPTIONS: ts.CompilerOptions = {
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  verbatimModuleSyntax: true,
  noEmit: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
  types: [],
};

/** What the TypeScript compiler says about a file and all that it imports, as strictly as an app may want it. */
export function typeErrors(file: string): string[] {
  const program = ts.createProgram([file], OPTIONS);
  return ts.getPreEmitDiagnostics(program).map((found) => {
    const text = ts.flattenDiagnosticMessageText(found.messageText, '\n');
    const { file: source, start } = found;
    if (source === undefined || start === undefined) return text;
    const { line } = source.getLineAndCharacterOfPosition(start);
    return `${source.fileName.split('/').slice(-2).join('/')}:${line + 1} ${text}`;
  });
}

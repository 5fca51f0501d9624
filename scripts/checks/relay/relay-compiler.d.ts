declare module 'relay-compiler' {
  /** Path of the compiler for this machine; null when there is none. */
  const binary: string | null;
  export = binary;
}

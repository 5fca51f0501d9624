/** An object of a subgraph's answer. */
export type JsonObject = Record<string, unknown>;

/** True for an object that is no list. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const INHERITED = new Set(Object.getOwnPropertyNames(Object.prototype));

/** Keys that every plain object seems to have. They need an own-property check; other keys can be read directly. */
export const isInherited = (key: string): boolean => INHERITED.has(key);

/** A value that the object itself holds. */
export function own(object: JsonObject, key: string): unknown {
  if (INHERITED.has(key) && !Object.hasOwn(object, key)) return undefined;
  return object[key];
}

/** Writes a key that may be called anything: `__proto__` is an ordinary key, as in JSON. */
export function put(object: JsonObject, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, {
      value,
      configurable: true,
      enumerable: true,
      writable: true,
    });
  } else {
    object[key] = value;
  }
}

/**
 * Puts everything of one answer into another, object by object and list by list of equal length. Objects of the source
 * may become part of the target. One object may be reached twice, through two parents that share it; that changes nothing.
 */
export function merge(target: JsonObject, source: JsonObject): void {
  for (const key of Object.keys(source)) {
    const value = source[key];
    if (value === undefined) continue;
    const existing = own(target, key);
    if (existing === value) continue;
    if (isObject(existing) && isObject(value)) merge(existing, value);
    else if (Array.isArray(existing) && Array.isArray(value) && existing.length === value.length) {
      mergeLists(existing, value);
    } else {
      put(target, key, value);
    }
  }
}

function mergeLists(target: unknown[], source: readonly unknown[]): void {
  for (let i = 0; i < source.length; i += 1) {
    const existing = target[i];
    const value = source[i];
    if (existing === value) continue;
    if (isObject(existing) && isObject(value)) merge(existing, value);
    else if (Array.isArray(existing) && Array.isArray(value) && existing.length === value.length) {
      mergeLists(existing, value);
    } else {
      target[i] = value;
    }
  }
}

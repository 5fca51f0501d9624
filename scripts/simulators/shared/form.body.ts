type Values = { [name: string]: string | Values };

/** Values of a form body with names like `metadata[order]`, as nested objects. */
export function formValues(raw: string): Values {
  const values: Values = Object.create(null) as Values;
  for (const [name, value] of new URLSearchParams(raw)) {
    const path = name.split(/[[\]]+/).filter((part) => part !== '');
    const last = path.pop();
    if (last === undefined) continue;
    let at = values;
    for (const part of path) {
      const inner = at[part];
      at = typeof inner === 'object' ? inner : (at[part] = Object.create(null) as Values);
    }
    at[last] = value;
  }
  return values;
}

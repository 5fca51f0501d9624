import { sha256 } from '#kernel/json/canonical';

/** A UUID (version 8) from a text: same text, same UUID. */
export function uuidFrom(text: string): string {
  const hex = sha256(text);
  const variant = ((parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

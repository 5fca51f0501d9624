/** A seller's handle in its stored form, or undefined when it is not one. */
export function sellerHandle(text: string): string | undefined {
  const handle = text.trim().toLowerCase();
  return /^[a-z0-9][a-z0-9-]{1,58}[a-z0-9]$/.test(handle) ? handle : undefined;
}

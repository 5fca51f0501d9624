/** Why opening a shop can be refused. */
export const sellerErrors = {
  SELLER_HANDLE_INVALID:
    'A handle has 3 to 60 of a-z, 0-9 and -, and starts and ends with a letter or digit.',
  SELLER_HANDLE_TAKEN: 'Another shop has this handle.',
  SELLER_NAME_INVALID: 'A shop name has 1 to 80 characters.',
} as const;

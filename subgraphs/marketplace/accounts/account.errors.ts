/** Why signing up or in, or changing who is signed in, can be refused. */
export const accountErrors = {
  EMAIL_INVALID: 'This is not an e-mail address.',
  EMAIL_TAKEN: 'An account with this e-mail exists; sign in instead.',
  PASSWORD_WEAK: 'A password has 10 to 256 bytes and is not one of the common ones.',
  ACCOUNT_NAME_INVALID: 'A name has 1 to 80 characters.',
  ACCOUNT_NOT_FOUND: 'There is no such account that you may sign out.',
  CREDENTIALS_INVALID: 'E-mail and password do not belong together.',
  TOO_MANY_ATTEMPTS: 'Too many failed sign-ins; try again later.',
} as const;

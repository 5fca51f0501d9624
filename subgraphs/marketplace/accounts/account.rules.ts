/** An e-mail in the form in which it is unique (trimmed, NFC, lower case), or undefined when it is not one. */
export function foldEmail(text: string): string | undefined {
  const email = text.trim().normalize('NFC').toLowerCase();
  const looksRight = /^[^\s@\p{C}]{1,64}@[^\s@\p{C}]+\.[^\s@\p{C}.]+$/u.test(email);
  return looksRight && email.length <= 254 ? email : undefined;
}

const COMMON = new Set(
  (
    '1234567890 12345678910 0123456789 0987654321 9876543210 123123123123 1122334455 1q2w3e4r5t 1qaz2wsx3edc ' +
    'q1w2e3r4t5 qwertyuiop qwerty12345 qwerty123456 password12 password123 password1234 password12345 passw0rd123 ' +
    'iloveyou123 letmein1234 welcome1234 welcome123 admin12345 administrator changeme123 football123 baseball123 ' +
    'abc1234567 abcdefghij abcd123456 asdfghjkl1 zxcvbnm123 superman123 princess123 sunshine123 dragon12345'
  ).split(' '),
);

/** True for a password of 10 to 256 bytes that is not among those everyone tries first. */
export function isPasswordGood(password: string): boolean {
  const bytes = Buffer.byteLength(password);
  const plain = password.toLowerCase();
  return bytes >= 10 && bytes <= 256 && !COMMON.has(plain) && new Set(plain).size >= 4;
}

/** Failures within this time count together. */
export const FAILURE_WINDOW_MS = 15 * 60_000;
/** From this many failures on, one has to wait. */
const FREE_FAILURES = 5;
const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 60 * 60_000;

/** How long to wait after the n-th failure in a row: nothing, then 30 s, doubling, one hour at most. */
export const waitAfter = (failures: number): number =>
  failures < FREE_FAILURES
    ? 0
    : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(20, failures - FREE_FAILURES));

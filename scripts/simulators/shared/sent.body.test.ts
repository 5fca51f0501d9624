import { readSent } from './sent.body';

const multipart = (boundary: string): Buffer =>
  Buffer.concat([
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="purpose"\r\n\r\ndispute_evidence\r\n` +
        `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n` +
        'Content-Type: image/png\r\n\r\n',
    ),
    Buffer.from([0x89, 0x50, 0x0d, 0x0a, 0x00]),
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);

test('a form of several parts: values, and files to the byte', () => {
  const sent = readSent(multipart('b-1'), 'multipart/form-data; boundary=b-1', '');
  expect(sent.fields.text('purpose')).toBe('dispute_evidence');
  const bytes = Buffer.from([0x89, 0x50, 0x0d, 0x0a, 0x00]);
  expect(sent.files).toEqual([{ name: 'a.png', type: 'image/png', bytes }]);
  const again = readSent(multipart('b-2'), 'multipart/form-data; boundary=b-2', '');
  expect(again.content).toBe(sent.content);
});

test('a body that is a file itself', () => {
  const bytes = Buffer.from('%PDF-1.7');
  const sent = readSent(bytes, 'application/pdf', 'bill.pdf');
  expect(sent.files).toEqual([{ name: 'bill.pdf', type: 'application/pdf', bytes }]);
});

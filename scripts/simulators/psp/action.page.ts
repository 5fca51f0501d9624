import { type Method, type Payment } from './psp.facts';

/** The page behind `actionUrl`: what a payer's bank would show. Ids hold no markup by construction. */
export function actionPage(asked: Payment | Method): Buffer {
  const open = asked.status === 'requires_action';
  const question =
    asked.object === 'payment'
      ? `${asked.amountMinor} minor units of ${asked.currency}`
      : `that ${asked.brand} …${asked.last4} is kept`;
  const buttons = ['success', 'failure']
    .map((outcome) => `<button onclick="answer('${outcome}')">${outcome}</button>`)
    .join(' ');
  return Buffer.from(`<!doctype html><meta charset="utf-8"><title>Confirm</title>
<h1>Confirm ${question}?</h1>
<p id="state">${open ? buttons : `This ${asked.object} is ${asked.status}.`}</p>
<script>
async function answer(outcome) {
  const response = await fetch('', { method: 'POST', body: JSON.stringify({ outcome }) });
  const reply = await response.json();
  document.getElementById('state').textContent = reply.status || reply.error.message;
}
</script>`);
}
